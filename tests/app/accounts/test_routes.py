"""Signing in and out, tokens, and who one is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from app.accounts import service
from app.db.base import now
from app.db.engine import Database
from app.models import Role, SignInLink, SignInSession

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]


async def link(database: Database, name: str = "you") -> str:
    """The path of a sign-in link."""
    async with database.session() as session:
        person = await service.ensure_person(session, name, Role.ADMIN)
        return service.sign_in_url("", await service.create_sign_in_token(session, person, 1))


class TestSignIn:
    """GET /signin."""

    async def test_signs_in_once(
        self, client: httpx.AsyncClient, database: Database, check_problem: CheckProblem
    ) -> None:
        path = await link(database)
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert (await client.get("/api/v1/me")).json()["name"] == "you"
        client.cookies.clear()
        check_problem(await client.get(path), 403, "forbidden")
        check_problem(await client.get("/api/v1/me"), 401, "not-signed-in")

    async def test_lets_one_of_two_in(self, client: httpx.AsyncClient, database: Database) -> None:
        path = await link(database)
        answers = await asyncio.gather(*(client.get(path) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [303, 403, 403, 403, 403]

    async def test_expires(
        self, client: httpx.AsyncClient, database: Database, check_problem: CheckProblem
    ) -> None:
        path = await link(database)
        async with database.session() as session:
            await session.execute(
                update(SignInLink).values(expires_at=now() - timedelta(seconds=1))
            )
        check_problem(await client.get(path), 403, "forbidden")

    @pytest.mark.parametrize("token", ["nonsense", "", "%00", "%F0%9F%92%A9"])
    async def test_refuses_what_is_no_link(
        self, token: str, client: httpx.AsyncClient, check_problem: CheckProblem
    ) -> None:
        check_problem(await client.get(f"/signin?token={token}"), 403, "forbidden")

    async def test_looking_at_the_link_does_not_use_it_up(
        self, client: httpx.AsyncClient, database: Database
    ) -> None:
        path = await link(database)
        assert (await client.head(path)).status_code == 405
        assert (await client.get(path)).status_code == 303

    async def test_is_secure_behind_https(self, database: Database, settings: Any) -> None:
        from fastapi import Response

        from app.accounts.cookies import cookie_name, set_session_cookie

        behind = settings.model_copy(update={"public_url": "https://judge.example"})
        response = Response()
        set_session_cookie(response, "secret", behind)
        assert response.headers["set-cookie"].startswith("__Host-")
        assert "Secure" in response.headers["set-cookie"]
        assert cookie_name(behind) == "__Host-jurax_session"


class TestSignOut:
    """POST /signout."""

    async def test_ends_the_session(
        self, client: httpx.AsyncClient, database: Database, check_problem: CheckProblem
    ) -> None:
        await client.get(await link(database))
        kept = dict(client.cookies)
        answer = await client.post("/signout", headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 303
        client.cookies.update(kept)
        check_problem(await client.get("/api/v1/me"), 401, "not-signed-in")

    async def test_is_not_for_other_sites(
        self, client: httpx.AsyncClient, database: Database, check_problem: CheckProblem
    ) -> None:
        await client.get(await link(database))
        answer = await client.post("/signout", headers={"Sec-Fetch-Site": "cross-site"})
        check_problem(answer, 403, "cross-site-request")
        assert (await client.get("/api/v1/me")).status_code == 200


class TestSession:
    """The session that a cookie stands for."""

    async def test_expires(
        self, client: httpx.AsyncClient, database: Database, check_problem: CheckProblem
    ) -> None:
        await client.get(await link(database))
        async with database.session() as session:
            await session.execute(
                update(SignInSession).values(expires_at=now() - timedelta(seconds=1))
            )
        check_problem(await client.get("/api/v1/me"), 401, "not-signed-in")


class TestToken:
    """API tokens."""

    async def test_speaks_for_its_person(self, client: httpx.AsyncClient, ann: Any) -> None:
        document = (await client.get("/api/v1/me", headers=ann.headers)).json()
        assert (document["name"], document["role"]) == ("ann", "learner")

    async def test_can_be_revoked(
        self,
        client: httpx.AsyncClient,
        ann: Any,
        database: Database,
        check_problem: CheckProblem,
    ) -> None:
        async with database.session() as session:
            assert await service.revoke_api_tokens(session, ann.person) == 1
        answer = await client.get("/api/v1/me", headers=ann.headers)
        check_problem(answer, 401, "not-signed-in")

    async def test_a_bad_one_is_not_a_stranger(
        self, client: httpx.AsyncClient, check_problem: CheckProblem
    ) -> None:
        answer = await client.get("/api/v1/problems", headers={"Authorization": "Bearer x"})
        check_problem(answer, 401, "not-signed-in")

    async def test_is_kept_as_a_hash(self, ann: Any, database: Database) -> None:
        from sqlalchemy import text

        async with database.session() as session:
            stored = (await session.execute(text("SELECT api_tokens::text FROM api_tokens"))).all()
        assert ann.token not in str(stored)
        assert ann.token.encode().hex() not in str(stored)


class TestTokensPage:
    """/account: the tokens of a person, each to be revoked."""

    async def test_lists_and_revokes_ones_own(
        self, client: httpx.AsyncClient, database: Database, ann: Any, ben: Any
    ) -> None:
        async with database.session() as session:
            (other,) = await service.api_tokens(session, ben.person)
            spare = await service.create_api_token(session, ann.person, "my <laptop>")
        html = (await client.get("/account", headers=ann.headers)).text
        assert "my &lt;laptop&gt;" in html
        assert spare not in html
        assert str(other.id) not in html
        async with database.session() as session:
            newest, _ = await service.api_tokens(session, ann.person)
        path = f"/account/tokens/{newest.id}/revoke"
        assert (await client.post(path, headers=ben.headers)).status_code == 404
        answer = await client.post(path, headers=ann.headers)
        assert (answer.status_code, answer.headers["location"]) == (303, "/account#tokens")
        assert (await client.post(path, headers=ann.headers)).status_code == 404
        refused = await client.get("/api/v1/me", headers={"Authorization": f"Bearer {spare}"})
        assert refused.status_code == 401
        assert (await client.get("/api/v1/me", headers=ann.headers)).status_code == 200


class TestErrorPages:
    """A page of an error says who is signed in."""

    @pytest.mark.parametrize("path", ["/nope", "/problems/no-such-problem", "/submissions/x"])
    async def test_name_the_reader(
        self, path: str, client: httpx.AsyncClient, database: Database
    ) -> None:
        html = {"Accept": "text/html"}
        assert "Sign in" in (await client.get(path, headers=html)).text
        await client.get(await link(database, "grace"))
        page = await client.get(path, headers=html)
        assert page.status_code in (404, 422)
        assert "grace" in page.text
        assert 'href="/signin/help"' not in page.text
