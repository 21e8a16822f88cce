"""Getting back in with a new password, and changing the address."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import update

from app.accounts import service
from app.db.base import now
from app.db.engine import Database
from app.models import Person, SignInSession
from tests.app.accounts.conftest import GOOD, Mailbox, token_of

OTHER = "nine loud kettles sing"


class TestReset:
    """/password/forgot and /password/reset."""

    async def test_sets_a_new_password_and_ends_every_session(
        self, client: httpx.AsyncClient, mailbox: Mailbox, set_up: Any, zoe: Person
    ) -> None:
        set_up()
        await client.post("/signin", data={"email": "zoe@example.com", "password": GOOD})
        before = dict(client.cookies)
        client.cookies.clear()
        for _ in range(2):
            await client.post("/password/forgot", data={"email": "zoe@example.com"})
        first, second = (
            re.search(r"token=(\S+)", mail.get_content())[1]  # type: ignore[index]
            for mail in mailbox.took
        )
        page = await client.get(mailbox.link())
        assert (page.status_code, page.headers["referrer-policy"]) == (200, "no-referrer")
        form = {"token": second, "new": "short"}
        assert (await client.post("/password/reset", data=form)).status_code == 422
        form = {"token": second, "new": OTHER}
        assert (await client.post("/password/reset", data=form)).status_code == 303
        assert (await client.get("/api/v1/me")).json()["name"] == "zoe"
        # Nor does an older link, which somebody else may have asked for, change it again.
        for token in (first, second):
            form = {"token": token, "new": GOOD}
            assert (await client.post("/password/reset", data=form)).status_code == 403
        client.cookies.clear()
        client.cookies.update(before)
        assert (await client.get("/api/v1/me")).status_code == 401

    async def test_a_link_to_an_address_that_the_operator_has_changed_opens_nothing(
        self,
        client: httpx.AsyncClient,
        mailbox: Mailbox,
        set_up: Any,
        zoe: Person,
        database: Database,
    ) -> None:
        set_up()
        await client.post("/password/forgot", data={"email": "zoe@example.com"})
        async with database.session() as session:
            await service.set_email(session, zoe, "new@example.com")
        form = {"token": token_of(mailbox.link()), "new": OTHER}
        assert (await client.post("/password/reset", data=form)).status_code == 403

    async def test_voids_links_that_would_sign_in(
        self,
        client: httpx.AsyncClient,
        mailbox: Mailbox,
        set_up: Any,
        zoe: Person,
        database: Database,
    ) -> None:
        set_up()
        async with database.session() as session:
            link = await service.create_sign_in_token(session, zoe, 1)
        await client.post("/password/forgot", data={"email": "zoe@example.com"})
        form = {"token": token_of(mailbox.link()), "new": OTHER}
        assert (await client.post("/password/reset", data=form)).status_code == 303
        client.cookies.clear()
        assert (await client.get(f"/signin?token={link}")).status_code == 403

    async def test_sends_nothing_to_an_unknown_address_and_does_not_say_so(
        self, client: httpx.AsyncClient, mailbox: Mailbox, set_up: Any, zoe: Person
    ) -> None:
        set_up()
        known = await client.post("/password/forgot", data={"email": "zoe@example.com"})
        unknown = await client.post("/password/forgot", data={"email": "bob@example.com"})
        assert known.text.replace("zoe@", "bob@") == unknown.text
        assert mailbox.recipients == [["zoe@example.com"]]

    async def test_a_link_for_one_thing_does_not_do_another(
        self, client: httpx.AsyncClient, mailbox: Mailbox, set_up: Any, zoe: Person
    ) -> None:
        set_up()
        await client.post("/password/forgot", data={"email": "zoe@example.com"})
        token = token_of(mailbox.link())
        for path in ("/join", "/account/email/confirm"):
            assert (await client.get(path, params={"token": token})).status_code == 403
        assert (await client.get(f"/signin?token={token}")).status_code == 403

    async def test_the_links_host_is_the_services_own(
        self, client: httpx.AsyncClient, mailbox: Mailbox, set_up: Any, zoe: Person
    ) -> None:
        set_up()
        headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
        form = {"email": "zoe@example.com"}
        await client.post("/password/forgot", data=form, headers=headers)
        assert "evil" not in mailbox.took[0].as_string()


class TestAddress:
    """POST /account/email and the link that comes of it."""

    async def test_changes_once_confirmed_and_tells_the_old_one(
        self, client: httpx.AsyncClient, mailbox: Mailbox, set_up: Any, zoe: Person
    ) -> None:
        set_up()
        await client.post("/signin", data={"email": "zoe@example.com", "password": GOOD})
        form = {"email": "new@example.com", "current": OTHER}
        assert (await client.post("/account/email", data=form)).status_code == 403
        form["current"] = GOOD
        assert (await client.post("/account/email", data=form)).status_code == 200
        link = mailbox.link()
        assert "zoe@example.com" in (await client.get("/account")).text
        assert (await client.get(link)).status_code == 200
        assert "zoe@example.com" in (await client.get("/account")).text
        confirmed = {"token": token_of(link)}
        assert (await client.post("/account/email/confirm", data=confirmed)).status_code == 303
        assert "new@example.com" in (await client.get("/account")).text
        assert mailbox.recipients == [["new@example.com"], ["zoe@example.com"]]
        assert (await client.post("/account/email/confirm", data=confirmed)).status_code == 403

    async def test_tells_only_the_owner_that_an_address_is_somebodys(
        self,
        client: httpx.AsyncClient,
        mailbox: Mailbox,
        set_up: Any,
        zoe: Person,
        database: Database,
        ann: Any,
    ) -> None:
        set_up()
        async with database.session() as session:
            await service.set_email(session, ann.person, "ann@example.com")
        await client.post("/signin", data={"email": "zoe@example.com", "password": GOOD})
        pages = []
        for email in ("ann@example.com", "bob@example.com"):
            answer = await client.post("/account/email", data={"email": email, "current": GOOD})
            assert answer.status_code == 200
            pages.append(answer.text.replace(email, ""))
        assert pages[0] == pages[1]
        assert "have a Jurax account already" in mailbox.took[0]["Subject"]
        assert "token=" not in mailbox.took[0].get_content()

    async def test_without_a_password_nothing_is_changed_in_a_browser_that_was_left_open(
        self,
        client: httpx.AsyncClient,
        mailbox: Mailbox,
        set_up: Any,
        database: Database,
        ann: Any,
        check_problem: Callable[[httpx.Response, int, str], dict[str, Any]],
    ) -> None:
        set_up()
        async with database.session() as session:
            link = await service.create_sign_in_token(session, ann.person, 1)
        await client.get(f"/signin?token={link}")
        async with database.session() as session:
            before = now() - timedelta(hours=1)
            await session.execute(update(SignInSession).values(created_at=before))
        for path, form in (
            # With the password the account could then be deleted, or given other ways in.
            ("/account/password", {"new": OTHER}),
            ("/account/email", {"email": "mine@example.com"}),
        ):
            check_problem(await client.post(path, data=form), 403, "forbidden")
        assert mailbox.took == []
        async with database.session() as session:
            await session.execute(update(SignInSession).values(created_at=now()))
        answer = await client.post("/account/password", data={"new": OTHER})
        assert answer.status_code == 303
