"""People and invitations, as admins look after them."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from app.accounts import joining, service
from app.db.base import now
from app.db.engine import Database
from app.models import AccountLink, Person, Role
from app.settings import SignUp
from tests.app.accounts.conftest import GOOD, PAGES, Mailbox, token_of

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
NOBODY = uuid.UUID(int=0)


@pytest.fixture
async def root(database: Database) -> Person:
    """An admin."""
    async with database.session() as session:
        return await service.ensure_person(session, "root", Role.ADMIN)


@pytest.fixture
async def admin(database: Database, root: Person) -> dict[str, str]:
    """What a request of root's carries."""
    async with database.session() as session:
        token = await service.create_api_token(session, root, "test")
    return {"Authorization": f"Bearer {token}"}


async def log_of(
    client: httpx.AsyncClient, admin: dict[str, str], kind: str
) -> list[dict[str, Any]]:
    """What the log has of a kind, the newest first. Nothing is ever taken out of it: what other
    tests left comes after."""
    answer = await client.get("/api/v1/audit", params={"kind": kind}, headers=admin)
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json()["items"]
    assert {item["kind"] for item in items} <= {kind}
    return items


class TestList:
    """GET /api/v1/people."""

    async def test_is_searched_filtered_and_paged(
        self, client: httpx.AsyncClient, database: Database, admin: dict[str, str], zoe: Person
    ) -> None:
        async with database.session() as session:
            for name in ("Ann_a", "ann%b", "Émile", "bob", "BOB 2"):
                await service.ensure_person(session, name, Role.LEARNER)
            await service.ensure_person(session, "ines", Role.INSTRUCTOR)

        async def names(**params: Any) -> list[str]:
            answer = await client.get("/api/v1/people", params=params, headers=admin)
            assert answer.status_code == 200
            return [item["name"] for item in answer.json()["items"]]

        everybody = await names()
        assert len(everybody) == 8
        assert everybody.index("bob") < everybody.index("BOB 2") < everybody.index("zoe")
        assert sorted(await names(search="ANN")) == ["Ann_a", "ann%b"]
        assert await names(search="n_") == ["Ann_a"]
        assert await names(search="%") == ["ann%b"]
        assert await names(search="é") == ["Émile"]
        assert await names(search=" Example.COM ") == ["zoe"]
        assert await names(role="instructor") == ["ines"]
        assert await names(search="zoe", role="admin") == []
        paged: list[str] = []
        after: str | None = None
        while True:
            params = {"limit": 3, **({"after": after} if after is not None else {})}
            answer = await client.get("/api/v1/people", params=params, headers=admin)
            document = answer.json()
            assert document["total"] == 8
            paged += [item["name"] for item in document["items"]]
            after = document["next"]
            if after is None:
                break
        assert paged == everybody

    async def test_takes_no_nonsense(
        self, client: httpx.AsyncClient, admin: dict[str, str]
    ) -> None:
        for query in ("search=%00", "after=%00", "role=king", "limit=0", "limit=501"):
            answer = await client.get(f"/api/v1/people?{query}", headers=admin)
            assert answer.status_code == 422, query
        assert (await client.get(f"/api/v1/people?search={'x' * 101}", headers=admin)).status_code
        for query in ("search=%ED%A0%80", "search=%5C", "after=%F0%9F%8E%93"):
            answer = await client.get(f"/api/v1/people?{query}", headers=admin)
            assert answer.status_code == 200, query

    async def test_tells_by_what_a_person_gets_in(
        self, client: httpx.AsyncClient, admin: dict[str, str], zoe: Person
    ) -> None:
        form = {"email": "zoe@example.com", "password": GOOD}
        await client.post("/signin", data=form)
        client.cookies.clear()
        one = (await client.get(f"/api/v1/people/{zoe.id}", headers=admin)).json()
        assert (one["has_password"], one["browsers"], one["tokens"], one["identities"]) == (
            True,
            1,
            0,
            0,
        )
        assert one["last_seen_at"] is not None
        for secret in ("$argon2", "password_hash"):
            assert secret not in str(one)


class TestChanges:
    """What admins do to accounts."""

    async def test_of_roles_are_logged(
        self,
        client: httpx.AsyncClient,
        admin: dict[str, str],
        root: Person,
        ann: Any,
    ) -> None:
        place = f"/api/v1/people/{ann.person.id}"
        for role in ("instructor", "instructor"):
            answer = await client.patch(place, json={"role": role}, headers=admin)
            assert (answer.status_code, answer.json()["role"]) == (200, role)
        (entry,) = [
            item
            for item in await log_of(client, admin, "role_changed")
            if item["actor"] == str(root.id)
        ]
        assert (entry["name"], entry["actor_name"]) == ("ann", "root")
        assert entry["details"] == {"before": "learner", "after": "instructor"}
        assert (await client.get("/api/v1/me", headers=ann.headers)).json()["role"] == "instructor"

    async def test_leave_one_admin(
        self,
        client: httpx.AsyncClient,
        admin: dict[str, str],
        root: Person,
        ann: Any,
        check_problem: CheckProblem,
    ) -> None:
        mine, hers = f"/api/v1/people/{root.id}", f"/api/v1/people/{ann.person.id}"
        learner = {"role": "learner"}
        check_problem(await client.patch(mine, json=learner, headers=admin), 409, "last-admin")
        await client.patch(hers, json={"role": "admin"}, headers=admin)
        # Each takes the other's role: one of them is too late.
        answers = await asyncio.gather(
            client.patch(mine, json=learner, headers=ann.headers),
            client.patch(hers, json=learner, headers=admin),
        )
        roles = [
            (await client.get("/api/v1/me", headers=headers)).json()["role"]
            for headers in (admin, ann.headers)
        ]
        assert sorted(roles) == ["admin", "learner"], [answer.text for answer in answers]
        assert sorted(answer.status_code for answer in answers)[0] == 200
        assert sorted(answer.status_code for answer in answers)[1] in (403, 409)

    async def test_sign_out_everywhere_and_revoke_tokens(
        self,
        client: httpx.AsyncClient,
        database: Database,
        admin: dict[str, str],
        zoe: Person,
        ann: Any,
    ) -> None:
        form = {"email": "zoe@example.com", "password": GOOD}
        await client.post("/signin", data=form)
        assert (await client.get("/api/v1/me")).status_code == 200
        async with database.session() as session:
            link = await service.create_sign_in_token(session, zoe, 1)
        path = f"/api/v1/people/{zoe.id}/sessions"
        assert (await client.delete(path, headers=admin)).status_code == 204
        assert (await client.get("/api/v1/me")).status_code == 401
        assert (await client.get(f"/signin?token={link}")).status_code == 403
        client.cookies.clear()
        path = f"/api/v1/people/{ann.person.id}/tokens"
        assert (await client.delete(path, headers=admin)).status_code == 204
        assert (await client.get("/api/v1/me", headers=ann.headers)).status_code == 401
        assert (await client.get("/api/v1/me", headers=admin)).status_code == 200
        (out, *_) = await log_of(client, admin, "signed_out_everywhere")
        (revoked, *_) = await log_of(client, admin, "token_revoked")
        assert (out["name"], out["actor_name"]) == ("zoe", "root")
        assert (revoked["name"], revoked["actor_name"]) == ("ann", "root")

    async def test_send_a_link_to_a_new_password(
        self,
        client: httpx.AsyncClient,
        admin: dict[str, str],
        zoe: Person,
        ann: Any,
        mailbox: Mailbox,
        set_up: Any,
        check_problem: CheckProblem,
    ) -> None:
        path = f"/api/v1/people/{zoe.id}/reset-link"
        # Without a mail server the answer has it.
        url = (await client.post(path, headers=admin)).json()["url"]
        assert url.startswith(f"{PAGES}/password/reset?token=")
        set_up()
        answer = await client.post(path, headers=admin)
        assert answer.json() == {"email": "zoe@example.com", "sent": True, "url": None}
        another = "nine blue whales sing"
        form = {"token": token_of(mailbox.link()), "new": another}
        assert (await client.post("/password/reset", data=form)).status_code == 303
        path = f"/api/v1/people/{ann.person.id}/reset-link"
        problem = check_problem(await client.post(path, headers=admin), 422, "invalid-request")
        assert "no e-mail address" in problem["detail"]
        made = await log_of(client, admin, "reset_link_made")
        assert [entry["person"] for entry in made].count(str(zoe.id)) == 2

    async def test_are_of_people_there_are(
        self, client: httpx.AsyncClient, admin: dict[str, str], check_problem: CheckProblem
    ) -> None:
        place = f"/api/v1/people/{NOBODY}"
        for answer in (
            await client.get(place, headers=admin),
            await client.patch(place, json={"role": "admin"}, headers=admin),
            await client.delete(f"{place}/sessions", headers=admin),
            await client.delete(f"{place}/tokens", headers=admin),
            await client.post(f"{place}/reset-link", headers=admin),
        ):
            check_problem(answer, 404, "not-found")

    async def test_and_lists_are_for_admins(
        self,
        client: httpx.AsyncClient,
        ann: Any,
        teacher: Any,
        root: Person,
        check_problem: CheckProblem,
    ) -> None:
        one = f"/api/v1/people/{root.id}"
        calls: list[tuple[str, str, Any]] = [
            ("GET", "/api/v1/people", None),
            ("GET", one, None),
            ("PATCH", one, {"role": "learner"}),
            ("DELETE", f"{one}/sessions", None),
            ("DELETE", f"{one}/tokens", None),
            ("POST", f"{one}/reset-link", None),
            ("GET", "/api/v1/invitations", None),
            ("DELETE", f"/api/v1/invitations/{NOBODY}", None),
        ]
        for method, path, body in calls:
            for headers in (ann.headers, teacher.headers):
                answer = await client.request(method, path, json=body, headers=headers)
                check_problem(answer, 403, "forbidden")
            check_problem(await client.request(method, path, json=body), 401, "not-signed-in")


class TestInvitations:
    """GET and DELETE /api/v1/invitations."""

    async def test_are_listed_until_used_revoked_or_expired(
        self,
        client: httpx.AsyncClient,
        admin: dict[str, str],
        database: Database,
        set_up: Any,
        check_problem: CheckProblem,
    ) -> None:
        settings = set_up(SignUp.INVITATION)
        urls = {}
        async with database.session() as session:
            for name in ("a", "b", "c", "d"):
                made = await joining.invite(session, settings, f"{name}@x.org", Role.INSTRUCTOR)
                urls[name] = made.url.removeprefix(PAGES)

        async def pending(**params: str) -> dict[str, str]:
            answer = await client.get("/api/v1/invitations", params=params, headers=admin)
            assert "token" not in answer.text
            return {item["email"][0]: item["id"] for item in answer.json()["items"]}

        ids = await pending()
        assert list(ids) == ["d", "c", "b", "a"]
        assert list(await pending(after=ids["c"])) == ["b", "a"]
        first = await client.get("/api/v1/invitations?limit=2", headers=admin)
        assert first.json()["next"] == ids["c"]
        form = {"token": token_of(urls["a"]), "name": "a", "new": GOOD}
        assert (await client.post("/join", data=form)).status_code == 303
        client.cookies.clear()
        path = f"/api/v1/invitations/{ids['b']}"
        assert (await client.delete(path, headers=admin)).status_code == 204
        check_problem(await client.delete(path, headers=admin), 404, "not-found")
        assert (await client.get(urls["b"])).status_code == 403
        async with database.session() as session:
            link = uuid.UUID(ids["c"])
            gone = update(AccountLink).where(AccountLink.id == link).values(expires_at=now())
            await session.execute(gone)
        assert list(await pending()) == ["d"]
        (entry, *_) = await log_of(client, admin, "invitation_revoked")
        assert (entry["actor_name"], entry["details"]) == ("root", {"role": "instructor"})

    async def test_no_link_of_another_kind_is_one(
        self,
        client: httpx.AsyncClient,
        admin: dict[str, str],
        database: Database,
        zoe: Person,
        count: Callable[[str], int],
    ) -> None:
        await client.post(f"/api/v1/people/{zoe.id}/reset-link", headers=admin)
        async with database.session() as session:
            (link,) = (await session.execute(AccountLink.__table__.select())).all()
        path = f"/api/v1/invitations/{link.id}"
        assert (await client.delete(path, headers=admin)).status_code == 404
        assert (await client.get("/api/v1/invitations", headers=admin)).json()["items"] == []
        assert count("account_links") == 1
