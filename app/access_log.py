"""One line in the log and one observation in the metrics for each request."""

from __future__ import annotations

import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.metrics import HTTP_SECONDS

log = structlog.get_logger("jurax.access")

_QUIET = ("/static/", "/healthz", "/readyz", "/metrics")


class AccessLog:
    """Logs method, path and status. Never the query: a sign-in link carries its token there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            seconds = time.monotonic() - started
            HTTP_SECONDS.labels(scope["method"], _route(scope), str(status)).observe(seconds)
            if not scope["path"].startswith(_QUIET):
                log.info(
                    "request",
                    method=scope["method"],
                    path=scope["path"],
                    status=status,
                    ms=round(seconds * 1000, 1),
                )


def _route(scope: Scope) -> str:
    """The route's template: paths themselves would make a time series each."""
    route = scope.get("route")
    return getattr(route, "path", None) or "none"
