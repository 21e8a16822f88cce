"""Signing up and invitations."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import text, update

from app.accounts import joining, service
from app.accounts.throttle import MAILS_TO_AN_ADDRESS
from app.db.base import now
from app.db.engine import Database
from app.errors import AddressTaken, Forbidden
from app.models import AccountLink, Role
from app.settings import SignUp
from tests.app.accounts.conftest import GOOD, PAGES, Mailbox, token_of

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]


async def join(client: httpx.AsyncClient, link: str, name: str = "zoe") -> httpx.Response:
    """What the page behind a link sends."""
    assert (await client.get(link)).status_code == 200
    form = {"token": token_of(link), "name": name, "new": GOOD}
    return await client.post("/join", data=form)


class TestSignUp:
    """POST /signup and what comes of it."""

    async def test_makes_a_learner_whose_address_is_confirmed(
        self, client: httpx.AsyncClient, mailbox: Mailbox, set_up: Any
    ) -> None:
        set_up()
        answer = await client.post("/signup", data={"email": "Zoe@example.com"})
        assert answer.status_code == 200
        assert mailbox.recipients == [["zoe@example.com"]]
        assert mailbox.took[0]["Auto-Submitted"] == "auto-generated"
        answer = await join(client, mailbox.link())
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        me = (await client.get("/api/v1/me")).json()
        assert (me["name"], me["role"]) == ("zoe", "learner")
        assert (await client.get(mailbox.link())).status_code == 403
        form = {"email": "zoe@example.com", "password": GOOD}
        assert (await client.post("/signin", data=form)).status_code == 303

    async def test_tells_only_the_owner_that_an_address_has_an_account(
        self, client: httpx.AsyncClient, mailbox: Mailbox, set_up: Any, database: Database, ann: Any
    ) -> None:
        set_up()
        async with database.session() as session:
            await service.set_email(session, ann.person, "ann@example.com")
        known = await client.post("/signup", data={"email": "ann@example.com"})
        unknown = await client.post("/signup", data={"email": "bob@example.com"})
        assert known.text.replace("ann@", "bob@") == unknown.text
        assert "have a Jurax account already" in mailbox.took[0]["Subject"]
        assert "token=" not in mailbox.took[0].get_content()

    async def test_is_the_operators_choice(
        self, client: httpx.AsyncClient, mailbox: Mailbox, set_up: Any
    ) -> None:
        for sign_up, email, status in (
            (SignUp.CLOSED, "a@uni.example.com", 403),
            (SignUp.INVITATION, "a@uni.example.com", 403),
            (SignUp.DOMAIN, "a@uni.example.com", 200),
            (SignUp.DOMAIN, "b@UNI.example.com", 200),
            (SignUp.DOMAIN, "a@sub.uni.example.com", 403),
            (SignUp.DOMAIN, "a@uni.example.com.evil.org", 403),
            (SignUp.DOMAIN, "uni.example.com@evil.org", 403),
            (SignUp.OPEN, "a@evil.org", 200),
            (SignUp.OPEN, "no address", 422),
        ):
            set_up(sign_up, "other.example, Uni.example.com")
            sent = len(mailbox.took)
            answer = await client.post("/signup", data={"email": email})
            assert (answer.status_code, len(mailbox.took) - sent) == (status, int(status == 200))

    async def test_a_link_ends_when_the_operator_closes_the_door(
        self, client: httpx.AsyncClient, mailbox: Mailbox, set_up: Any
    ) -> None:
        set_up()
        await client.post("/signup", data={"email": "zoe@example.com"})
        set_up(SignUp.INVITATION)
        assert (await join(client, mailbox.link())).status_code == 403

    async def test_a_bad_password_or_a_taken_name_does_not_use_the_link_up(
        self, client: httpx.AsyncClient, mailbox: Mailbox, set_up: Any, ann: Any
    ) -> None:
        set_up()
        await client.post("/signup", data={"email": "zoe@example.com"})
        form = {"token": token_of(mailbox.link()), "name": "zoe", "new": "short"}
        answer = await client.post("/join", data=form)
        assert (answer.status_code, 'value="zoe"' in answer.text) == (422, True)
        answer = await join(client, mailbox.link(), "ann")
        assert (answer.status_code, "Somebody else has this name" in answer.text) == (409, True)
        assert (await join(client, mailbox.link())).status_code == 303

    async def test_nobody_takes_the_name_of_who_is_made_an_admin_at_the_next_start(
        self, client: httpx.AsyncClient, mailbox: Mailbox, set_up: Any, count: Callable[[str], int]
    ) -> None:
        set_up()
        await client.post("/signup", data={"email": "zoe@example.com"})
        for name in ("you", " \uff59ou"):
            assert (await join(client, mailbox.link(), name)).status_code == 409
        assert count("people") == 0

    async def test_an_address_gets_only_so_many_mails(
        self, client: httpx.AsyncClient, mailbox: Mailbox, set_up: Any, check_problem: CheckProblem
    ) -> None:
        set_up()
        form = {"email": "zoe@example.com"}
        for path in ["/signup", "/password/forgot", "/signup"][:MAILS_TO_AN_ADDRESS]:
            assert (await client.post(path, data=form)).status_code == 200
        check_problem(await client.post("/signup", data=form), 429, "too-many-tries")

    async def test_of_two_who_come_at_once_one_gets_in(
        self, client: httpx.AsyncClient, mailbox: Mailbox, set_up: Any
    ) -> None:
        set_up()
        await client.post("/signup", data={"email": "zoe@example.com"})
        token = token_of(mailbox.link())
        answers = await asyncio.gather(
            *(
                client.post("/join", data={"token": token, "name": name, "new": GOOD})
                for name in ("zoe", "zac")
            )
        )
        assert sorted(answer.status_code for answer in answers) == [303, 403]


class TestInvitation:
    """POST /api/v1/invitations and `jurax admin invite`."""

    @pytest.fixture
    async def root(self, database: Database) -> dict[str, str]:
        """What a request of an admin's carries."""
        async with database.session() as session:
            person = await service.ensure_person(session, "root", Role.ADMIN)
            token = await service.create_api_token(session, person, "test")
        return {"Authorization": f"Bearer {token}"}

    async def test_brings_a_role_by_mail(
        self, client: httpx.AsyncClient, mailbox: Mailbox, set_up: Any, root: Any
    ) -> None:
        set_up(SignUp.INVITATION)
        body = {"email": "ines@example.com", "role": "instructor"}
        answer = await client.post("/api/v1/invitations", json=body, headers=root)
        assert answer.status_code == 201
        assert answer.json()["sent"] is True
        assert answer.json()["url"] == PAGES + mailbox.link()
        assert (await join(client, mailbox.link(), "ines")).status_code == 303
        assert (await client.get("/api/v1/me")).json()["role"] == "instructor"

    async def test_a_second_one_is_of_no_use_to_who_has_lost_the_role(
        self, client: httpx.AsyncClient, mailbox: Mailbox, set_up: Any, root: Any
    ) -> None:
        set_up(SignUp.INVITATION)
        body = {"email": "ines@example.com", "role": "admin"}
        for _ in range(2):
            await client.post("/api/v1/invitations", json=body, headers=root)
        first, second = (mail.get_content().split(PAGES)[1].split()[0] for mail in mailbox.took)
        assert (await join(client, first, "ines")).status_code == 303
        ines = (await client.get("/api/v1/me")).json()["id"]
        await client.patch(f"/api/v1/people/{ines}", json={"role": "learner"}, headers=root)
        await client.post("/account/delete", data={"current": GOOD})
        form = {"token": token_of(second), "name": "ines", "new": GOOD}
        assert (await client.post("/join", data=form)).status_code == 403

    async def test_is_made_by_admins_alone(
        self, client: httpx.AsyncClient, set_up: Any, ann: Any, teacher: Any, root: Any
    ) -> None:
        set_up(SignUp.INVITATION)
        body = {"email": "ines@example.com"}
        for headers, status in (({}, 401), (ann.headers, 403), (teacher.headers, 403), (root, 201)):
            answer = await client.post("/api/v1/invitations", json=body, headers=headers)
            assert answer.status_code == status

    async def test_needs_an_open_door_and_a_new_address(
        self, set_up: Any, database: Database, ann: Any
    ) -> None:
        async with database.session() as session:
            await service.set_email(session, ann.person, "ann@example.com")
            with pytest.raises(Forbidden, match="JURAX_SIGN_UP"):
                await joining.invite(session, set_up(SignUp.CLOSED), "x@example.com", Role.LEARNER)
            with pytest.raises(AddressTaken):
                await joining.invite(session, set_up(), "Ann@example.com", Role.LEARNER)

    async def test_expires_and_is_kept_as_a_hash(
        self, client: httpx.AsyncClient, set_up: Any, database: Database
    ) -> None:
        async with database.session() as session:
            made = await joining.invite(session, set_up(), "x@example.com", Role.LEARNER)
        path = made.url.removeprefix(PAGES)
        async with database.session() as session:
            rows = (await session.execute(text("SELECT a::text FROM account_links a"))).all()
            assert (token_of(path)) not in str(rows)
            await session.execute(update(AccountLink).values(expires_at=now()))
        assert (await client.get(path)).status_code == 403
