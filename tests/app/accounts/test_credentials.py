"""What an API token may do and for how long; browser sessions seen and ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from app.accounts import service
from app.accounts.sessions import browser_name
from app.db.base import now
from app.db.engine import Database
from app.models import ApiToken, Person, Role
from app.roles import ALL_SCOPES, Scope
from tests.app.conftest import PROBLEM

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
NOBODYS = "00000000-0000-4000-8000-000000000000"
BODY = {"problem": PROBLEM, "source": "x = 1\n"}
READS, SUBMITS, TEACHES, LOOKS_AFTER, RULES = ({scope} for scope in Scope)
# Every endpoint that asks who one is, and the scopes that a token needs for it.
ENDPOINTS: list[tuple[str, str, dict[str, Any], set[Scope]]] = [
    ("GET", "/api/v1/me", {}, READS),
    ("GET", "/api/v1/problems", {}, READS),
    ("GET", f"/api/v1/problems/{PROBLEM}", {}, READS),
    ("GET", f"/api/v1/problems/{PROBLEM}/solution", {}, READS),
    ("POST", f"/api/v1/problems/{PROBLEM}/hints", {}, SUBMITS),
    ("GET", "/api/v1/submissions", {}, READS),
    ("POST", "/api/v1/submissions", BODY, SUBMITS),
    ("GET", f"/api/v1/submissions/{NOBODYS}", {}, READS),
    ("GET", f"/api/v1/submissions/{NOBODYS}/events", {}, READS),
    ("GET", "/api/v1/me/tokens", {}, LOOKS_AFTER),
    ("POST", "/api/v1/me/tokens", {"name": "x", "scopes": ["account"]}, LOOKS_AFTER),
    ("DELETE", f"/api/v1/me/tokens/{NOBODYS}", {}, LOOKS_AFTER),
    ("GET", "/api/v1/me/export", {}, LOOKS_AFTER),
    ("GET", "/api/v1/me/sessions", {}, LOOKS_AFTER),
    ("DELETE", "/api/v1/me/sessions", {}, LOOKS_AFTER),
    ("DELETE", f"/api/v1/me/sessions/{NOBODYS}", {}, LOOKS_AFTER),
    ("GET", f"/api/v1/submissions/{NOBODYS}/comments", {}, READS),
    ("POST", f"/api/v1/submissions/{NOBODYS}/comments", {"text": "x"}, TEACHES),
    ("PATCH", f"/api/v1/submissions/{NOBODYS}/comments/{NOBODYS}", {"text": "x"}, TEACHES),
    ("DELETE", f"/api/v1/submissions/{NOBODYS}/comments/{NOBODYS}", {}, TEACHES),
    *(
        ("GET", f"/api/v1/courses/{NOBODYS}/exports/{name}", {}, READS)
        for name in (
            "gradebook.csv",
            "cases.csv",
            "canvas.csv",
            "moodle.csv",
            "moodle.xml",
            "course.json",
            f"submissions/{NOBODYS}/results.json",
        )
    ),
    *(
        ("GET", f"/api/v1/courses/{NOBODYS}/{name}", {}, READS)
        for name in (
            "grades",
            "gradebook",
            "gradebook/events",
            "gradebook/log",
            f"gradebook/{NOBODYS}/{NOBODYS}",
            f"gradebook/assignments/{NOBODYS}/statistics",
        )
    ),
    *(
        (method, f"/api/v1/courses/{NOBODYS}/gradebook/{name}", {}, TEACHES)
        for method in ("PUT", "DELETE")
        for name in (f"{NOBODYS}/{NOBODYS}/adjustment", f"assignments/{NOBODYS}/publication")
    ),
    ("GET", f"/api/v1/courses/{NOBODYS}/regrades", {}, READS),
    (
        "POST",
        f"/api/v1/courses/{NOBODYS}/regrades",
        {"problem_id": NOBODYS, "text": "x"},
        SUBMITS,
    ),
    ("GET", f"/api/v1/courses/{NOBODYS}/regrades/{NOBODYS}", {}, READS),
    ("POST", f"/api/v1/courses/{NOBODYS}/regrades/{NOBODYS}/answer", {"answer": "x"}, TEACHES),
    ("DELETE", f"/api/v1/courses/{NOBODYS}/regrades/{NOBODYS}", {}, SUBMITS),
    ("GET", "/api/v1/me/notices", {}, READS),
    ("POST", "/api/v1/me/notices/read", {}, LOOKS_AFTER),
    ("POST", f"/api/v1/me/notices/{NOBODYS}/read", {}, LOOKS_AFTER),
    ("POST", "/api/v1/me/courses", {"code": "7H3K-9QXW"}, SUBMITS),
    ("GET", "/api/v1/courses", {}, READS),
    ("POST", "/api/v1/courses", {"title": "x"}, TEACHES),
    ("GET", f"/api/v1/courses/{NOBODYS}", {}, READS),
    ("PATCH", f"/api/v1/courses/{NOBODYS}", {"title": "x"}, TEACHES),
    ("DELETE", f"/api/v1/courses/{NOBODYS}", {}, TEACHES),
    ("GET", f"/api/v1/courses/{NOBODYS}/sections", {}, READS),
    ("POST", f"/api/v1/courses/{NOBODYS}/sections", {"name": "x"}, TEACHES),
    ("PATCH", f"/api/v1/courses/{NOBODYS}/sections/{NOBODYS}", {"name": "x"}, TEACHES),
    ("DELETE", f"/api/v1/courses/{NOBODYS}/sections/{NOBODYS}", {}, TEACHES),
    ("GET", f"/api/v1/courses/{NOBODYS}/people", {}, READS),
    ("POST", f"/api/v1/courses/{NOBODYS}/people", {"who": "ann"}, TEACHES),
    ("PATCH", f"/api/v1/courses/{NOBODYS}/people/{NOBODYS}", {"role": "student"}, TEACHES),
    ("DELETE", f"/api/v1/courses/{NOBODYS}/people/{NOBODYS}", {}, TEACHES),
    ("POST", f"/api/v1/courses/{NOBODYS}/people/{NOBODYS}/restore", {}, TEACHES),
    ("POST", f"/api/v1/courses/{NOBODYS}/leave", {}, SUBMITS),
    ("GET", f"/api/v1/courses/{NOBODYS}/invitations", {}, READS),
    ("DELETE", f"/api/v1/courses/{NOBODYS}/invitations/{NOBODYS}", {}, TEACHES),
    ("POST", f"/api/v1/courses/{NOBODYS}/join-code", {}, TEACHES),
    ("DELETE", f"/api/v1/courses/{NOBODYS}/join-code", {}, TEACHES),
    ("POST", f"/api/v1/courses/{NOBODYS}/class-list/preview", {}, TEACHES),
    ("POST", f"/api/v1/courses/{NOBODYS}/class-list", {}, TEACHES),
    ("POST", f"/api/v1/courses/{NOBODYS}/copies", {"term": "x"}, TEACHES),
    ("GET", "/api/v1/me/assignments", {}, READS),
    ("GET", f"/api/v1/courses/{NOBODYS}/problem-versions", {}, READS),
    ("GET", f"/api/v1/courses/{NOBODYS}/assignments", {}, READS),
    ("POST", f"/api/v1/courses/{NOBODYS}/assignments", {"title": "x"}, TEACHES),
    ("GET", f"/api/v1/courses/{NOBODYS}/assignments/{NOBODYS}", {}, READS),
    ("PATCH", f"/api/v1/courses/{NOBODYS}/assignments/{NOBODYS}", {"version": 1}, TEACHES),
    ("DELETE", f"/api/v1/courses/{NOBODYS}/assignments/{NOBODYS}", {}, TEACHES),
    ("GET", f"/api/v1/courses/{NOBODYS}/grants", {}, READS),
    ("POST", f"/api/v1/courses/{NOBODYS}/grants", {"no_penalty": True}, TEACHES),
    ("GET", f"/api/v1/courses/{NOBODYS}/grants/{NOBODYS}", {}, READS),
    ("PATCH", f"/api/v1/courses/{NOBODYS}/grants/{NOBODYS}", {"no_penalty": True}, TEACHES),
    ("DELETE", f"/api/v1/courses/{NOBODYS}/grants/{NOBODYS}", {}, TEACHES),
    *(
        ("GET", f"/api/v1/courses/{NOBODYS}/rejudges{name}", {}, READS)
        for name in ("", "/versions", "/outdated", f"/{NOBODYS}", f"/{NOBODYS}/outcome")
    ),
    ("POST", f"/api/v1/courses/{NOBODYS}/rejudges", {"reason": "x"}, TEACHES),
    ("POST", f"/api/v1/courses/{NOBODYS}/rejudges/{NOBODYS}/retry", {}, TEACHES),
    (
        "POST",
        f"/api/v1/courses/{NOBODYS}/rejudges/{NOBODYS}/apply",
        {"fingerprint": "0" * 64},
        TEACHES,
    ),
    ("POST", f"/api/v1/courses/{NOBODYS}/rejudges/{NOBODYS}/discard", {}, TEACHES),
    ("GET", f"/api/v1/submissions/{NOBODYS}/attempts", {}, READS),
    ("GET", f"/api/v1/submissions/{NOBODYS}/attempts/{NOBODYS}", {}, READS),
    ("POST", "/api/v1/invitations", {"email": "x@example.com"}, RULES),
    ("GET", "/api/v1/audit", {}, RULES),
    ("GET", "/api/v1/me/identities", {}, LOOKS_AFTER),
    ("DELETE", f"/api/v1/me/identities/{NOBODYS}", {}, LOOKS_AFTER),
    ("GET", "/api/v1/people", {}, RULES),
    ("GET", f"/api/v1/people/{NOBODYS}", {}, RULES),
    ("PATCH", f"/api/v1/people/{NOBODYS}", {"role": "learner"}, RULES),
    ("DELETE", f"/api/v1/people/{NOBODYS}/sessions", {}, RULES),
    ("DELETE", f"/api/v1/people/{NOBODYS}/tokens", {}, RULES),
    ("POST", f"/api/v1/people/{NOBODYS}/reset-link", {}, RULES),
    ("GET", "/api/v1/invitations", {}, RULES),
    ("DELETE", f"/api/v1/invitations/{NOBODYS}", {}, RULES),
    ("GET", "/admin/people", {}, RULES),
    ("GET", f"/admin/people/{NOBODYS}", {}, RULES),
    ("GET", "/admin/invitations", {}, RULES),
    ("GET", "/admin/audit", {}, RULES),
    ("GET", "/courses", {}, READS),
    ("POST", "/courses", {}, TEACHES),
    ("GET", "/courses/join", {}, READS),
    ("POST", "/courses/join", {}, SUBMITS),
    ("GET", f"/courses/{NOBODYS}", {}, READS),
    ("POST", f"/courses/{NOBODYS}/leave", {}, SUBMITS),
    ("GET", f"/courses/{NOBODYS}/settings", {}, TEACHES),
    ("POST", f"/courses/{NOBODYS}/settings/delete", {}, TEACHES),
    ("GET", f"/courses/{NOBODYS}/people", {}, READS),
    ("POST", f"/courses/{NOBODYS}/people", {}, TEACHES),
    ("GET", f"/courses/{NOBODYS}/people/{NOBODYS}", {}, READS),
    ("POST", f"/courses/{NOBODYS}/people/{NOBODYS}", {}, TEACHES),
    ("GET", f"/courses/{NOBODYS}/people/class-list", {}, TEACHES),
    ("POST", f"/courses/{NOBODYS}/people/class-list", {}, TEACHES),
    ("GET", "/account", {}, LOOKS_AFTER),
    ("POST", "/account/tokens", {}, set(ALL_SCOPES)),
    ("POST", f"/account/tokens/{NOBODYS}/revoke", {}, set(ALL_SCOPES)),
    ("POST", f"/problems/{PROBLEM}/hints", {}, SUBMITS),
    ("GET", f"/submissions/{NOBODYS}", {}, READS),
    ("POST", f"/submissions/{NOBODYS}/comments", {}, TEACHES),
    ("POST", f"/submissions/{NOBODYS}/comments/{NOBODYS}/delete", {}, TEACHES),
    ("GET", "/notices", {}, READS),
    ("POST", "/notices/read", {}, set(ALL_SCOPES)),
    ("POST", f"/notices/{NOBODYS}/open", {}, set(ALL_SCOPES)),
    ("GET", f"/courses/{NOBODYS}/regrades", {}, READS),
    ("POST", f"/courses/{NOBODYS}/regrades", {}, SUBMITS),
    ("POST", f"/courses/{NOBODYS}/regrades/{NOBODYS}/answer", {}, TEACHES),
]


@pytest.fixture
async def root(database: Database) -> Person:
    """An admin."""
    async with database.session() as session:
        return await service.ensure_person(session, "root", Role.ADMIN)


async def bearer(
    database: Database, person: Person, scopes: set[Scope], days: int | None = None
) -> dict[str, str]:
    """What a request with a fresh token carries."""
    async with database.session() as session:
        token = await service.create_api_token(session, person, "test", scopes=scopes, days=days)
    return {"Authorization": f"Bearer {token}"}


class TestScopes:
    """A token opens what its scopes and its person's role allow, and nothing else."""

    def test_the_table_has_every_endpoint_that_asks_who_one_is(self, app: FastAPI) -> None:
        asked = {
            (method.upper(), path)
            for path, methods in app.openapi()["paths"].items()
            for method, operation in methods.items()
            if operation.get("security")
        }
        tried = {
            (method, path.replace(PROBLEM, "{slug}"))
            for method, path, _, _ in ENDPOINTS
            if path.startswith("/api/")
        }
        # Everything in a path but a slug is an id.
        asked = {(method, re.sub(r"{(?!slug)\w+}", NOBODYS, path)) for method, path in asked}
        assert asked <= tried

    async def test_one_scope_opens_its_endpoints(
        self, client: httpx.AsyncClient, database: Database, root: Person
    ) -> None:
        for scope in Scope:
            headers = await bearer(database, root, {scope})
            for method, path, body, wanted in ENDPOINTS:
                answer = await client.request(method, path, json=body or None, headers=headers)
                refused = answer.status_code == 403 and "scope-missing" in answer.text
                assert refused is (wanted != {scope}), (scope, method, path, answer.text)
                assert answer.status_code != 401

    async def test_a_scope_gives_no_role(
        self, client: httpx.AsyncClient, ann: Any, check_problem: CheckProblem
    ) -> None:
        body = {"email": "x@example.com"}
        answer = await client.post("/api/v1/invitations", json=body, headers=ann.headers)
        check_problem(answer, 403, "forbidden")

    async def test_a_token_makes_none_that_may_more_or_lasts_longer(
        self,
        client: httpx.AsyncClient,
        database: Database,
        ann: Any,
        check_problem: CheckProblem,
    ) -> None:
        headers = await bearer(database, ann.person, {Scope.ACCOUNT, Scope.READ}, days=2)
        body: dict[str, Any] = {"name": "x", "scopes": ["read", "submit"]}
        answer = await client.post("/api/v1/me/tokens", json=body, headers=headers)
        check_problem(answer, 403, "forbidden")
        body["scopes"] = ["read"]
        answer = await client.post("/api/v1/me/tokens", json=body, headers=headers)
        assert answer.status_code == 201
        made = {"Authorization": f"Bearer {answer.json()['token']}"}
        assert (await client.get("/api/v1/me", headers=made)).status_code == 200
        listed = (await client.get("/api/v1/me/tokens", headers=headers)).json()["items"]
        assert listed[0]["expires_at"] == listed[1]["expires_at"] is not None
        assert listed[0]["scopes"] == ["read"]
        assert answer.json()["token"].startswith(listed[0]["prefix"])
        assert answer.json()["token"] not in str(listed)

    async def test_a_token_expires(
        self,
        client: httpx.AsyncClient,
        database: Database,
        ann: Any,
        check_problem: CheckProblem,
    ) -> None:
        headers = await bearer(database, ann.person, {Scope.READ}, days=1)
        assert (await client.get("/api/v1/me", headers=headers)).status_code == 200
        async with database.session() as session:
            ended = now() - timedelta(seconds=1)
            days = ApiToken.expires_at.is_not(None)
            await session.execute(update(ApiToken).where(days).values(expires_at=ended))
        check_problem(await client.get("/api/v1/me", headers=headers), 401, "not-signed-in")
        listed = (await client.get("/api/v1/me/tokens", headers=ann.headers)).json()["items"]
        assert [item["name"] for item in listed] == ["test"]
        assert listed[0]["expires_at"] is None

    async def test_anothers_token_is_as_good_as_none(
        self, client: httpx.AsyncClient, ann: Any, ben: Any, check_problem: CheckProblem
    ) -> None:
        (item,) = (await client.get("/api/v1/me/tokens", headers=ben.headers)).json()["items"]
        path = f"/api/v1/me/tokens/{item['id']}"
        check_problem(await client.delete(path, headers=ann.headers), 404, "not-found")
        assert (await client.delete(path, headers=ben.headers)).status_code == 204
        assert (await client.get("/api/v1/me", headers=ben.headers)).status_code == 401

    async def test_the_page_makes_what_was_ticked(
        self, client: httpx.AsyncClient, ann: Any
    ) -> None:
        form = {"name": "laptop", "scopes": ["read"], "days": "7"}
        page = await client.post("/account/tokens", data=form, headers=ann.headers)
        token = page.text.split('<code id="token">')[1].split("<")[0]
        headers = {"Authorization": f"Bearer {token}"}
        assert (await client.get("/api/v1/me", headers=headers)).status_code == 200
        assert (
            await client.post("/api/v1/submissions", json=BODY, headers=headers)
        ).status_code == 403
        for wrong in ({"scopes": []}, {"scopes": ["all"]}, {"days": "9999"}):
            answer = await client.post(
                "/account/tokens", data={**form, **wrong}, headers=ann.headers
            )
            assert answer.status_code == 422


class TestSessions:
    """Browser sessions, listed and ended."""

    @pytest.fixture
    async def browsers(self, app: FastAPI, database: Database, ann: Any) -> list[httpx.AsyncClient]:
        """Three browsers in which ann is signed in."""
        opened = []
        for agent in ("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "curl/8", "<b>"):
            transport = httpx.ASGITransport(app=app)
            client = httpx.AsyncClient(
                transport=transport,
                base_url="http://127.0.0.1:8000",
                headers={"User-Agent": agent},
            )
            async with database.session() as session:
                token = await service.create_sign_in_token(session, ann.person, 1)
            assert (await client.get(f"/signin?token={token}")).status_code == 303
            opened.append(client)
        return opened

    async def test_are_listed_and_ended_one_by_one_and_all_others(
        self, browsers: list[httpx.AsyncClient], client: httpx.AsyncClient, ben: Any
    ) -> None:
        first, second, third = browsers
        items = (await first.get("/api/v1/me/sessions")).json()["items"]
        assert [item["browser"] for item in items] == ["unknown", "unknown", "Firefox on Linux"]
        assert [item["current"] for item in items] == [False, False, True]
        assert items[2]["last_seen_at"] is not None
        html = (await first.get("/account")).text
        assert "Firefox on Linux" in html
        path = f"/api/v1/me/sessions/{items[0]['id']}"
        assert (await client.delete(path, headers=ben.headers)).status_code == 404
        assert (await first.delete(path)).status_code == 204
        assert (await third.get("/api/v1/me")).status_code == 401
        assert (await second.get("/api/v1/me")).status_code == 200
        answer = await second.post("/account/sessions/end-others")
        assert answer.headers["location"] == "/account#sessions"
        assert (await first.get("/api/v1/me")).status_code == 401
        (left,) = (await second.get("/api/v1/me/sessions")).json()["items"]
        await second.post(f"/account/sessions/{left['id']}/end")
        assert (await second.get("/api/v1/me")).status_code == 401

    async def test_a_token_ends_all_of_them(
        self, browsers: list[httpx.AsyncClient], client: httpx.AsyncClient, ann: Any
    ) -> None:
        answer = await client.delete("/api/v1/me/sessions", headers=ann.headers)
        assert answer.status_code == 204
        for browser in browsers:
            assert (await browser.get("/api/v1/me")).status_code == 401

    async def test_other_sites_end_none(
        self, browsers: list[httpx.AsyncClient], check_problem: CheckProblem
    ) -> None:
        headers = {"Sec-Fetch-Site": "cross-site"}
        answer = await browsers[0].delete("/api/v1/me/sessions", headers=headers)
        check_problem(answer, 403, "cross-site-request")
        assert (await browsers[1].get("/api/v1/me")).status_code == 200

    def test_a_browser_is_named_in_words_of_ours(self) -> None:
        chrome = "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0"
        assert browser_name(chrome) == "Edge on Windows"
        phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
        assert browser_name(phone) == "Safari on iPhone"
        assert browser_name("<script>") == "unknown"
