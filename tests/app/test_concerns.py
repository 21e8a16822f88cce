"""What holds for all addresses: headers, errors, cross-site requests, health, metrics, logs."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.accounts import service
from app.db.engine import Database
from app.logs import hide_secrets
from app.models import Role
from app.worker import heartbeat

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schema"

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]


class TestHeaders:
    """Security headers."""

    @pytest.mark.parametrize("path", ["/", "/api/v1/problems", "/healthz", "/nope", "/docs"])
    async def test_are_on_every_answer(self, path: str, client: httpx.AsyncClient) -> None:
        headers = (await client.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert headers["cache-control"] == "no-store"

    async def test_an_answer_without_a_body_has_no_type(
        self, client: httpx.AsyncClient, ann: Any
    ) -> None:
        answer = await client.delete("/api/v1/me/sessions", headers=ann.headers)
        assert (answer.status_code, answer.content) == (204, b"")
        assert "content-type" not in answer.headers

    async def test_docs_need_no_other_host(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/docs", headers={"Accept": "text/html"})
        assert answer.status_code == 200
        assert "script-src 'self';" in answer.headers["content-security-policy"]
        for host in ("//cdn", "jsdelivr", "unpkg"):
            assert host not in answer.text


class TestErrors:
    """Every error is a problem document."""

    async def test_unknown_address(
        self, client: httpx.AsyncClient, check_problem: CheckProblem
    ) -> None:
        check_problem(await client.get("/api/v1/nope"), 404, "not-found")

    async def test_wrong_method(
        self, client: httpx.AsyncClient, check_problem: CheckProblem
    ) -> None:
        answer = await client.delete("/api/v1/submissions")
        check_problem(answer, 405, "method-not-allowed")
        assert answer.headers["allow"] == "GET, POST"

    async def test_what_nobody_foresaw(
        self, app: FastAPI, client: httpx.AsyncClient, check_problem: CheckProblem
    ) -> None:
        async def broken() -> None:
            raise RuntimeError("a secret of the inside")

        app.router.add_api_route("/api/v1/broken", broken)
        answer = await client.get("/api/v1/broken")
        check_problem(answer, 500, "internal")
        assert "a secret" not in answer.text
        assert "content-security-policy" in answer.headers

    async def test_a_page_for_a_browser(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/nope", headers={"Accept": "text/html,*/*;q=0.8"})
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")

    async def test_are_documented(self, client: httpx.AsyncClient) -> None:
        document = (await client.get("/openapi.json")).json()
        create = document["paths"]["/api/v1/submissions"]["post"]["responses"]
        assert {"200", "202", "401", "404", "409", "413", "422", "429"} <= set(create)
        assert "ProblemDocument" in str(create["413"])


class TestCrossSite:
    """Requests from pages of other sites."""

    @pytest.mark.parametrize(
        ("headers", "allowed"),
        [
            ({"Sec-Fetch-Site": "same-origin"}, True),
            ({"Sec-Fetch-Site": "none"}, True),
            ({"Sec-Fetch-Site": "same-site"}, False),
            ({"Sec-Fetch-Site": "cross-site"}, False),
            ({"Origin": "http://127.0.0.1:8000"}, True),
            ({"Origin": "http://evil.example"}, False),
            ({"Origin": "null"}, False),
            ({}, True),
        ],
        ids=str,
    )
    async def test_what_a_cookie_may_do(
        self,
        headers: dict[str, str],
        allowed: bool,
        client: httpx.AsyncClient,
        database: Database,
    ) -> None:
        async with database.session() as session:
            person = await service.ensure_person(session, "you", Role.ADMIN)
            token = await service.create_sign_in_token(session, person, 1)
        await client.get(f"/signin?token={token}")
        answer = await client.post("/api/v1/problems/zero-last-layer/hints", headers=headers)
        assert answer.status_code == (200 if allowed else 403)

    async def test_a_token_is_no_browsers_doing(self, client: httpx.AsyncClient, ann: Any) -> None:
        answer = await client.post(
            "/api/v1/problems/zero-last-layer/hints",
            headers={**ann.headers, "Sec-Fetch-Site": "cross-site", "Cookie": "a=b"},
        )
        assert answer.status_code == 200


class TestHealth:
    """/healthz and /readyz."""

    async def test_ready_only_with_a_worker(
        self, client: httpx.AsyncClient, database: Database, ann: Any
    ) -> None:
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()["database"]["ok"]) == (503, True)
        async with database.session() as session:
            await heartbeat.beat(session, ann.person.id, {"jail": "bubblewrap"})
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()["ready"]) == (200, True)
        assert "bubblewrap" in answer.json()["sandbox"]["detail"]


class TestMetrics:
    """/metrics."""

    async def test_counts(
        self, client: httpx.AsyncClient, submit: Callable[..., Awaitable[httpx.Response]]
    ) -> None:
        await submit()
        text = (await client.get("/metrics")).text
        assert 'jurax_attempts_unfinished{status="queued"} 1.0' in text
        assert "jurax_http_request_seconds_bucket" in text

    async def test_spares_are_as_the_last_heartbeats_say(
        self, client: httpx.AsyncClient, database: Database, ann: Any, ben: Any
    ) -> None:
        text = (await client.get("/metrics")).text
        assert "jurax_spares_ready 0.0" in text
        assert "jurax_worker_heartbeat_timestamp_seconds" not in text
        before = time.time()
        async with database.session() as session:
            await heartbeat.beat(session, ann.person.id, {}, 2)
            await heartbeat.beat(session, ann.person.id, {}, 1)
            await heartbeat.beat(session, ben.person.id, {}, 2)
        lines = (await client.get("/metrics")).text.splitlines()
        metrics = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        assert metrics["jurax_spares_ready"] == "3.0"
        beat = float(metrics["jurax_worker_heartbeat_timestamp_seconds"])
        assert before - 1 < beat < time.time() + 1


class TestLogs:
    """No secret in a log, whoever writes it."""

    @pytest.mark.parametrize(
        "text",
        [
            "GET /signin?token=c2VjcmV0c2VjcmV0 HTTP/1.1",
            "GET /signin/oidc/callback?state=c2VjcmV0&code=c2VjcmV0 HTTP/1.1",
            "postgresql://jurax:c2VjcmV0c2VjcmV0@/jurax",
            "Authorization: Bearer c2VjcmV0c2VjcmV0",
            "host=/tmp password=c2VjcmV0c2VjcmV0 user=jurax",
            "jurax_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0",
        ],
    )
    def test_secrets_in_texts(self, text: str) -> None:
        assert "c2Vjc" not in str(hide_secrets(None, "info", {"event": text}))

    def test_secrets_under_their_names(self) -> None:
        record = hide_secrets(None, "info", {"event": "x", "api_token": "abc", "path": "/"})
        assert record == {"event": "x", "api_token": "***", "path": "/"}


@pytest.mark.parametrize("name", ["report", "problem"])
async def test_schemas_are_served(name: str, client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/schemas/{name}.json")
    published = SCHEMAS / f"{name}.schema.json"
    assert answer.json() == json.loads(published.read_text(encoding="utf-8"))
