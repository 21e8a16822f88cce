"""Signing up, invitations, mail, and getting back in with a new password."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

import httpx
import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from fastapi import FastAPI
from pydantic import SecretStr, ValidationError
from sqlalchemy import text, update

from app.accounts import joining, service
from app.accounts.mail import Mail, NotSent, send
from app.accounts.password_sign_in import change_password
from app.accounts.throttle import MAILS_TO_AN_ADDRESS
from app.db.base import now
from app.db.engine import Database
from app.errors import AddressTaken, Forbidden
from app.models import AccountLink, Person, Role
from app.settings import Settings, SignUp

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
GOOD = "seven grey herons wait"
OTHER = "nine loud kettles sing"
PAGES = "http://127.0.0.1:8000"


@dataclass
class Mailbox:
    """What a mail server on loopback took, and where it is."""

    port: int = 0
    took: list[Any] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take a mail."""
        self.recipients.append(envelope.rcpt_tos)
        self.took.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"

    def link(self) -> str:
        """The path of the link in the latest mail."""
        found = re.search(rf"{PAGES}(/\S+\?token=\S+)", self.took[-1].get_content())
        assert found is not None
        return found[1]


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """A mail server on loopback."""
    box = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, loop=loop), "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    yield box
    server.close()


@pytest.fixture
def set_up(app: FastAPI, settings: Settings, mailbox: Mailbox) -> Callable[..., Settings]:
    """Lets the service send its mail to the mailbox, and be as open as is wanted."""

    def change(sign_up: SignUp = SignUp.OPEN, domains: str = "") -> Settings:
        changed = settings.model_copy(
            update={
                "sign_up": sign_up,
                "sign_up_domains": domains,
                "smtp_url": SecretStr(f"smtp://127.0.0.1:{mailbox.port}"),
            }
        )
        app.state.settings = changed
        return changed

    return change


def token_of(link: str) -> str:
    """The token in a link."""
    return link.partition("token=")[2]


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


@pytest.fixture
async def zoe(database: Database) -> Person:
    """A learner with an address and a password."""
    async with database.session() as session:
        person = await service.ensure_person(session, "zoe", Role.LEARNER)
        await service.set_email(session, person, "zoe@example.com")
    await change_password(database, person, "", GOOD, None)
    return person


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


class TestMail:
    """Mail as such."""

    async def test_is_printed_where_there_is_no_server(
        self, settings: Settings, capsys: pytest.CaptureFixture[str]
    ) -> None:
        await send(settings, Mail("a@example.com", "Hello", f"{PAGES}/join?token=abc"))
        assert f"{PAGES}/join?token=abc" in capsys.readouterr().out

    async def test_signs_in_by_tls_alone(self, settings: Settings) -> None:
        def authenticate(*_: Any) -> AuthResult:
            tried.append(True)
            return AuthResult(success=True)

        tried: list[bool] = []
        loop = asyncio.get_running_loop()
        box = Mailbox()
        server = await loop.create_server(
            lambda: SMTP(
                box,
                loop=loop,
                auth_require_tls=False,
                authenticator=authenticate,
            ),
            "127.0.0.1",
            0,
        )
        port = server.sockets[0].getsockname()[1]
        url = SecretStr(f"smtp://user:very-secret@127.0.0.1:{port}")
        with pytest.raises(NotSent, match="no TLS") as raised:
            await send(settings.model_copy(update={"smtp_url": url}), Mail("a@b.com", "x", "y"))
        assert "very-secret" not in str(raised.value)
        assert (tried, box.took) == ([], [])
        server.close()

    async def test_a_server_that_is_gone_is_told(self, settings: Settings) -> None:
        server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        url = SecretStr(f"smtp://127.0.0.1:{port}")
        with pytest.raises(NotSent, match="did not take"):
            await send(settings.model_copy(update={"smtp_url": url}), Mail("a@b.com", "x", "y"))

    async def test_a_line_feed_in_an_address_is_no_header(
        self, set_up: Any, client: httpx.AsyncClient, mailbox: Mailbox
    ) -> None:
        set_up()
        form = {"email": "a@example.com\r\nBcc: all@example.com"}
        assert (await client.post("/signup", data=form)).status_code == 422
        assert mailbox.took == []


class TestSettings:
    """Settings that must go together."""

    @pytest.mark.parametrize(
        "given",
        [
            {"sign_up": "domain"},
            {"sign_up": "maybe"},
            {"smtp_url": "http://mail.example"},
            {"smtp_url": "smtp://"},
        ],
        ids=str,
    )
    def test_refuse_what_does_not(self, given: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            Settings(_env_file=None, **given)

    def test_an_error_does_not_repeat_a_password(self) -> None:
        with pytest.raises(ValidationError) as raised:
            Settings(_env_file=None, smtp_url="imap://user:very-secret@mail.example")
        assert "very-secret" not in str(raised.value)

    def test_a_mail_servers_password_is_passed_to_nobody(self) -> None:
        made = Settings(_env_file=None, smtp_url="smtps://user:secret@mail.example")
        assert "smtp" not in str(made.environment()).lower()
        assert "secret" not in repr(made)
