"""Whatever is logged, and by whom, holds no secret: all flows with every logger at its loudest."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections.abc import Iterator

import httpx
import pytest
import structlog
import uvicorn
from fastapi import FastAPI
from sqlalchemy import URL

from app.accounts import service
from app.accounts.cookies import cookie_name
from app.db.engine import Database
from app.logs import configure_logs
from app.main import create_app
from app.models import Role
from app.serve import server_config
from app.settings import Settings
from tests.app.conftest import PROBLEM
from tests.app.serving import serving

# Silenced in service, since they say much; here they say all that they can.
LOUD = ("uvicorn", "uvicorn.error", "uvicorn.access", "sqlalchemy", "psycopg")
LOUD += ("psycopg.pool", "sqlalchemy.engine", "sqlalchemy.pool", "procrastinate", "asyncio")
TRIED = "what somebody types as a password"
SOURCE = "# what-a-learner-wrote\n"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is logged, as the service writes it."""
    written = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in LOUD}
    structure = structlog.get_config()
    monkeypatch.setattr(sys, "stderr", written)
    configure_logs("DEBUG")
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    structlog.configure(**structure)


async def _people(url: URL) -> tuple[str, str]:
    database = Database(url, pool_size=1)
    try:
        async with database.session() as session:
            person = await service.ensure_person(session, "ada", Role.ADMIN)
            return (
                await service.create_api_token(session, person, "laptop"),
                await service.create_sign_in_token(session, person, 1),
            )
    finally:
        await database.close()


def _talkative(app: FastAPI, settings: Settings) -> uvicorn.Config:
    config = server_config(app, settings)
    config.access_log = True
    logging.getLogger("uvicorn.access").propagate = True
    return config


def test_no_flow_logs_a_secret(
    url: URL, settings: Settings, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Uvicorn's own lines hold whole queries. We turn them off; somebody may turn them on.
    monkeypatch.setattr("tests.app.serving.server_config", _talkative)
    token, link = asyncio.run(_people(url))
    with (
        serving(create_app(settings, url), settings) as base,
        httpx.Client(base_url=base) as client,
    ):
        signed_in = client.get(f"/signin?token={link}")
        session = signed_in.cookies[cookie_name(settings)]
        client.get(f"/signin?token={link}")
        client.get("/account", headers={"Cookie": f"{cookie_name(settings)}={session}"})
        fresh = client.post("/account/tokens", data={"name": "another", "scopes": "read"}).text
        bearer = {"Authorization": f"Bearer {token}"}
        body = {"problem": PROBLEM, "source": SOURCE}
        place = client.post("/api/v1/submissions", json=body, headers=bearer).headers["location"]
        client.get(place, headers=bearer)
        client.get(f"/api/v1/me?token={token}&access_token={token}", headers=bearer)
        client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}x"})
        client.get("/api/v1/me", headers={"Authorization": f"Basic {token}"})
        form = {"email": "ada@example.com", "password": TRIED}
        client.post("/signin", data=form)
        client.post("/account/password", data={"new": TRIED})
        client.post("/signout")
    shown = fresh.split('<code id="token">')[1].split("<")[0]
    text = log.getvalue()
    assert "/api/v1/me" in text
    assert "GET /signin?token=***" in text  # Uvicorn was listened to.
    password = str(url.password)
    for secret in (token, link, session, shown, password, TRIED):
        assert len(secret) > 20
        assert secret not in text, [line for line in text.splitlines() if secret in line][:3]
