"""Passwords: which are taken, signing in with one, changing it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.accounts import passwords, service
from app.accounts.addresses import tidy_address
from app.accounts.password_sign_in import change_password
from app.db.engine import Database
from app.errors import AddressTaken, Forbidden, Invalid
from app.models import Person
from app.settings import Settings
from tests.app.accounts.conftest import GOOD
from tests.app.conftest import REAL_HASHES, hashing_by

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
OTHER = "nine loud kettles sing"
REFUSED = {
    "short": "fourteen chars",
    "long": "long enough " * 17,
    "common": "PasswordPassword",
    "a common one, written wide": "\uff50assword1234567",
    "one character": "a" * 20,
    "one short piece": "abc1" * 5,
    "one common piece": "qwerty" * 3,
    "the name": "Annabel of Somewhere",
    "the address": "ann@somewhere.example",
}


@pytest.fixture
def real_hashes() -> Iterator[None]:
    """Passwords are kept as the service keeps them, at the full cost."""
    with hashing_by(REAL_HASHES):
        yield


class TestRules:
    """Which passwords are taken."""

    @pytest.mark.parametrize("case", REFUSED)
    def test_refuses(self, case: str) -> None:
        with pytest.raises(Invalid):
            passwords.require_good(REFUSED[case], "annabel of somewhere", "ann@somewhere.example")

    @pytest.mark.parametrize(
        "password", [GOOD, "x7" + "é" * 6 + "猫猫猫犬犬犬鳥", "x" * 199 + "y", "fifteen - chars"]
    )
    def test_takes_any_characters(self, password: str) -> None:
        passwords.require_good(password, "ann", "")

    @pytest.mark.usefixtures("real_hashes")
    async def test_the_same_characters_from_another_keyboard_match(self) -> None:
        kept = await passwords.hashed("caf\u00e9 caf\u00e9 at noon")
        assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
        assert await passwords.matches("cafe\u0301 cafe\u0301 at noon", kept)
        assert not await passwords.matches("cafe cafe at noon", kept)
        assert not await passwords.matches("\ud800" * 15, kept)


class TestAddress:
    """E-mail addresses."""

    @pytest.mark.parametrize(
        "written", ["Ann@Example.com", " ann@EXAMPLE.com ", "\uff41nn@example.com"]
    )
    def test_is_written_in_one_way(self, written: str) -> None:
        assert tidy_address(written) == "ann@example.com"

    @pytest.mark.parametrize(
        "written", ["ann", "@example.com", "a@b", "a\n@example.com", "a@b.com\0"]
    )
    def test_refuses_what_is_none(self, written: str) -> None:
        with pytest.raises(Invalid, match="no e-mail address"):
            tidy_address(written)

    async def test_belongs_to_one(self, database: Database, ann: Any, ben: Any) -> None:
        async with database.session() as session:
            await service.set_email(session, ann.person, "shared@example.com")
        with pytest.raises(AddressTaken):
            async with database.session() as session:
                await service.set_email(session, ben.person, "Shared@example.com")


async def sign_in(
    client: httpx.AsyncClient, password: str, email: str = "zoe@example.com", **options: Any
) -> httpx.Response:
    """What the form of the sign-in page sends."""
    form = {"email": email, "password": password}
    return await client.post("/signin", data=form, **options)


class TestSignIn:
    """POST /signin."""

    async def test_signs_in_and_ends_the_session_before(
        self, client: httpx.AsyncClient, zoe: Person
    ) -> None:
        answer = await sign_in(client, GOOD, "ZOE@example.com")
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert (await client.get("/api/v1/me")).json()["name"] == "zoe"
        first = dict(client.cookies)
        await sign_in(client, GOOD)
        client.cookies.clear()
        client.cookies.update(first)
        assert (await client.get("/api/v1/me")).status_code == 401

    @pytest.mark.usefixtures("real_hashes")
    async def test_tells_nobody_who_has_an_account(
        self, client: httpx.AsyncClient, zoe: Person, ann: Any
    ) -> None:
        wrong = await sign_in(client, OTHER)
        unknown = await sign_in(client, OTHER, "nobody@example.com")
        assert wrong.status_code == unknown.status_code == 403
        assert wrong.text.replace("zoe@", "nobody@") == unknown.text
        assert "set-cookie" not in wrong.headers

        async def seconds(email: str) -> float:
            started = time.perf_counter()
            await sign_in(client, OTHER, email)
            return time.perf_counter() - started

        known, none = [], []
        for _ in range(5):
            known.append(await seconds("zoe@example.com"))
            none.append(await seconds("nobody@example.com"))
        # An answer that skips the hash comes in a tenth of the time.
        assert 0.4 < min(known) / min(none) < 2.5

    async def test_a_person_without_a_password_has_none(
        self, client: httpx.AsyncClient, database: Database, ann: Any
    ) -> None:
        async with database.session() as session:
            await service.set_email(session, ann.person, "ann@example.com")
        for guess in ("no password of anybody's", " "):
            assert (await sign_in(client, guess, "ann@example.com")).status_code == 403

    async def test_is_not_for_other_sites(
        self, client: httpx.AsyncClient, zoe: Person, check_problem: CheckProblem
    ) -> None:
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            *({"Origin": origin} for origin in ("https://evil.example", "null", "http://[")),
        ):
            answer = await sign_in(client, GOOD, headers=headers)
            check_problem(answer, 403, "cross-site-request")

    async def test_an_address_can_be_tried_only_so_often_from_everywhere(
        self, app: FastAPI, settings: Settings, zoe: Person
    ) -> None:
        app.state.settings = settings.model_copy(update={"max_failed_sign_ins": 1})
        statuses = []
        for number in range(6):
            transport = httpx.ASGITransport(app=app, client=(f"192.0.2.{number}", 1))
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1:8000"
            ) as one:
                # However it is written.
                written = f"{'Zoe'[: number // 2]}{'zoe'[number // 2 :]}@example.com"
                statuses.append((await sign_in(one, OTHER, written)).status_code)
        assert statuses == [403] * 5 + [429]

    async def test_neither_password_nor_address_tried_is_kept(
        self, client: httpx.AsyncClient, zoe: Person, database: Database
    ) -> None:
        await sign_in(client, OTHER, "typed@example.com")
        async with database.session() as session:
            rows = (await session.execute(text("SELECT people::text FROM people"))).all()
            rows += (await session.execute(text("SELECT t::text FROM sign_in_tries t"))).all()
        assert "typed@" not in str(rows)
        assert GOOD not in str(rows)
        assert "$argon2id$" in str(rows)


class TestChange:
    """POST /account/password."""

    async def test_ends_all_other_sessions(
        self, client: httpx.AsyncClient, app: FastAPI, zoe: Person
    ) -> None:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1:8000"
        ) as phone:
            await sign_in(client, GOOD)
            await sign_in(phone, GOOD)
            answer = await client.post("/account/password", data={"current": GOOD, "new": OTHER})
            assert answer.status_code == 303
            assert (await client.get("/api/v1/me")).status_code == 200
            assert (await phone.get("/api/v1/me")).status_code == 401
            assert (await sign_in(phone, GOOD)).status_code == 403
            assert (await sign_in(phone, OTHER)).status_code == 303

    async def test_asks_for_the_current_one_and_for_a_good_one(
        self, client: httpx.AsyncClient, zoe: Person, check_problem: CheckProblem
    ) -> None:
        await sign_in(client, GOOD)
        answer = await client.post("/account/password", data={"current": OTHER, "new": OTHER})
        check_problem(answer, 403, "forbidden")
        answer = await client.post("/account/password", data={"current": GOOD, "new": "short"})
        check_problem(answer, 422, "invalid-request")

    async def test_is_no_programs_business(
        self, client: httpx.AsyncClient, ann: Any, check_problem: CheckProblem
    ) -> None:
        answer = await client.post("/account/password", data={"new": OTHER}, headers=ann.headers)
        check_problem(answer, 403, "forbidden")

    async def test_a_wrong_current_one_changes_nothing(
        self, database: Database, zoe: Person
    ) -> None:
        with pytest.raises(Forbidden):
            await change_password(database, zoe, OTHER, OTHER, None)
        assert await passwords.matches(GOOD, zoe.password_hash)
