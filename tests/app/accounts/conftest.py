"""A mail server on loopback, and a service that sends its mail there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from fastapi import FastAPI
from pydantic import SecretStr

from app.accounts import service
from app.accounts.password_sign_in import change_password
from app.db.engine import Database
from app.models import Person, Role
from app.settings import Settings, SignUp

PAGES = "http://127.0.0.1:8000"
GOOD = "seven grey herons wait"
"""A password that may be taken."""


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


@pytest.fixture
async def zoe(database: Database) -> Person:
    """A learner with an address and a password, ``GOOD``."""
    async with database.session() as session:
        person = await service.ensure_person(session, "zoe", Role.LEARNER)
        await service.set_email(session, person, "zoe@example.com")
    await change_password(database, person, "", GOOD, None)
    async with database.session() as session:
        return await service.find_person(session, "zoe")


def token_of(link: str) -> str:
    """The token in a link."""
    return link.partition("token=")[2]
