"""Mail as such, and the settings for it."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from pydantic import SecretStr, ValidationError

from app.accounts.mail import Mail, NotSent, send
from app.settings import Settings, SignUp
from tests.app.accounts.conftest import PAGES, Mailbox


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

    async def test_an_address_that_a_mails_head_reads_as_another_gets_none(
        self, set_up: Any, client: httpx.AsyncClient, mailbox: Mailbox
    ) -> None:
        sent = set_up(SignUp.DOMAIN, "example.com")
        trick = "=?x?q?ann=40evil.example=3e?=x@example.com"
        assert (await client.post("/signup", data={"email": trick})).status_code == 422
        # Nor does the head decide where a mail goes: this server takes no such recipient.
        with pytest.raises(NotSent, match="RCPT TO"):
            await send(sent, Mail(trick, "x", "y"))
        assert mailbox.took == []

    async def test_a_subject_that_hides_line_ends_is_one_line(
        self, set_up: Any, mailbox: Mailbox
    ) -> None:
        hidden = "=?utf-8?q?Layers=0D=0ABcc:_all=40example.com=0D=0A=0D=0Aanother_text?="
        await send(set_up(), Mail("a@example.com", f"You are invited to {hidden}", "text"))
        (took,) = mailbox.took
        assert (took["Bcc"], took.get_content().strip()) == (None, "text")


class TestSettings:
    """Settings that must go together."""

    @pytest.mark.parametrize(
        "given",
        [
            {"sign_up": "domain"},
            {"sign_up": "maybe"},
            {"smtp_url": "http://mail.example"},
            {"smtp_url": "smtp://"},
            {"public_url": "jurax.example.edu"},
            # Taken for no https at all, it would have left cookies open.
            {"public_url": "HTTPS://jurax.example.edu"},
            {"public_url": "https://jurax.example.edu/judge?x"},
            {"public_url": "https://jurax.example.edu\n"},
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
        made = Settings(_env_file=None, smtp_url="smtps://user:hunter2@mail.example")
        assert "smtp" not in str(made.environment()).lower()
        assert "hunter2" not in repr(made)
