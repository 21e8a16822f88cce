# syntax=docker/dockerfile:1

FROM node:24-bookworm-slim AS frontend
WORKDIR /opt/jurax/app/web/frontend
COPY app/web/frontend/.npmrc app/web/frontend/package.json app/web/frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY app/web/frontend ./
RUN npm run build

FROM python:3.12-slim-bookworm AS build
WORKDIR /opt/jurax
COPY pyproject.toml LICENSE ./
COPY requirements requirements
COPY scripts scripts
# The metadata names a README; the real one here would have every change of it build all anew.
RUN touch README.md && python -m scripts.setup --production

FROM python:3.12-slim-bookworm
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends bubblewrap libseccomp2 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --create-home --home-dir /var/lib/jurax \
        --shell /usr/sbin/nologin jurax \
    && install --directory --owner 10001 --group jurax /data
WORKDIR /opt/jurax
COPY --from=build /opt/jurax ./
COPY . .
COPY --from=frontend /opt/jurax/app/web/static/dist app/web/static/dist
# The root file system may be read-only: all that is written lies in /data and /tmp.
ENV PATH="/opt/jurax/.venv/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    XDG_CACHE_HOME=/data/cache
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["jurax"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000", "--data-dir", "/data"]
