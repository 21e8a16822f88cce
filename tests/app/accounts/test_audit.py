"""The log of what happened to accounts: complete, for admins, and never changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import URL

from app.accounts import service
from app.accounts.password_sign_in import change_password
from app.db.engine import Database, conninfo
from app.models import Role
from app.roles import Scope
from tests.app.accounts.conftest import GOOD

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]


@pytest.fixture
async def root(database: Database) -> dict[str, str]:
    """What a request of an admin's carries."""
    async with database.session() as session:
        person = await service.ensure_person(session, "root", Role.ADMIN)
        token = await service.create_api_token(session, person, "test", operator=True)
    return {"Authorization": f"Bearer {token}"}


async def test_tells_what_happened_to_a_person_and_by_whom(
    client: httpx.AsyncClient, database: Database, root: dict[str, str]
) -> None:
    async with database.session() as session:
        zoe = await service.ensure_person(session, "zoe", Role.LEARNER)
        await service.ensure_person(session, "zoe", Role.LEARNER)
        await service.set_email(session, zoe, "zoe@example.com")
    await change_password(database, zoe, "", GOOD, None)
    form = {"email": "zoe@example.com", "password": "wrong"}
    await client.post("/signin", data=form)
    await client.post("/signin", data={**form, "password": GOOD})
    body = {"name": "x", "scopes": ["read"], "days": 1}
    await client.post("/api/v1/me/tokens", json=body)
    (token,) = (await client.get("/api/v1/me/tokens")).json()["items"]
    await client.delete(f"/api/v1/me/tokens/{token['id']}")
    async with database.session() as session:
        await service.ensure_person(session, "zoe", Role.INSTRUCTOR)
    client.cookies.clear()
    answer = await client.get("/api/v1/audit", params={"person": str(zoe.id)}, headers=root)
    items = answer.json()["items"][::-1]
    mine, nobody = str(zoe.id), None
    assert [(item["kind"], item["actor"]) for item in items] == [
        ("role_changed", nobody),
        ("address_changed", nobody),
        ("password_changed", mine),
        ("sign_in_failed", nobody),
        ("signed_in", mine),
        ("token_made", mine),
        ("token_revoked", mine),
        ("role_changed", nobody),
    ]
    assert {item["name"] for item in items} == {"zoe"}
    assert items[-1]["details"] == {"before": "learner", "after": "instructor"}
    assert items[3]["details"] == {"way": "password", "network": "127.0.0.1/32"}
    for secret in ("zoe@example.com", GOOD, "wrong"):
        assert secret not in answer.text


async def test_is_for_admins_with_a_token_for_it(
    client: httpx.AsyncClient, database: Database, ann: Any, teacher: Any, check_problem: Any
) -> None:
    for headers, kind in ((ann.headers, "forbidden"), (teacher.headers, "forbidden")):
        check_problem(await client.get("/api/v1/audit", headers=headers), 403, kind)
    check_problem(await client.get("/api/v1/audit"), 401, "not-signed-in")
    async with database.session() as session:
        person = await service.ensure_person(session, "root", Role.ADMIN)
        token = await service.create_api_token(session, person, "x", scopes={Scope.READ})
    headers = {"Authorization": f"Bearer {token}"}
    check_problem(await client.get("/api/v1/audit", headers=headers), 403, "scope-missing")


async def test_comes_in_pages(
    client: httpx.AsyncClient, database: Database, root: dict[str, str]
) -> None:
    async with database.session() as session:
        person = await service.ensure_person(session, "zoe", Role.LEARNER)
        for number in range(4):
            await service.create_api_token(session, person, f"t{number}")
    params: dict[str, Any] = {"person": str(person.id), "limit": 2}
    seen: list[int] = []
    while True:
        page = (await client.get("/api/v1/audit", params=params, headers=root)).json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        params["before"] = page["next"]
    assert len(seen) == 5
    assert seen == sorted(seen, reverse=True)


async def test_is_never_changed(ann: Any, url: URL) -> None:
    with psycopg.connect(conninfo(url)) as connection:
        before = connection.execute("SELECT count(*) FROM audit_entries").fetchone()
        assert before is not None
        assert before[0] > 0
        connection.commit()
        for statement, refusal in (
            ("UPDATE audit_entries SET kind = 'x'", "neither changed nor deleted"),
            ("DELETE FROM audit_entries", "neither changed nor deleted"),
            ("TRUNCATE audit_entries", "neither changed nor deleted"),
            ("INSERT INTO audit_entries (id, kind, details) VALUES (1, 'x', '{}')", "id"),
        ):
            with pytest.raises(psycopg.Error, match=refusal):
                connection.execute(statement)  # type: ignore[call-overload]
            connection.rollback()
        assert connection.execute("SELECT count(*) FROM audit_entries").fetchone() == before
