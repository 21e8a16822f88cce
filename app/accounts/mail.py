"""Mail that the service sends: by SMTP, or on the terminal where no server is set."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

import structlog

from app.settings import Settings

_TIMEOUT_SECONDS = 20

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Mail:
    """A letter in plain text to one address."""

    to: str
    subject: str
    text: str


class NotSent(Exception):
    """A server did not take a mail; the message says why."""


async def send(settings: Settings, mail: Mail) -> None:
    """Send a mail. Without a server it is printed: on a laptop, who runs the service is who reads
    it. The log is no place for it, since it hides secrets. Raises NotSent."""
    if settings.smtp_url is None:
        print(
            f"Mail to {mail.to}, printed since JURAX_SMTP_URL is not set:\n{mail.text}", flush=True
        )
        return
    try:
        url = settings.smtp_url.get_secret_value()
        await asyncio.to_thread(_deliver, url, mail.to, _message(settings, mail))
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"The mail server did not take a mail: {error}") from error


async def send_or_log(settings: Settings, mail: Mail) -> None:
    """Send a mail after the answer is out: a failure can only be logged."""
    try:
        await send(settings, mail)
    except NotSent as error:
        log.error("a mail was not sent", error=str(error))


async def send_all(settings: Settings, mails: Sequence[Mail]) -> None:
    """Send mails after the answer is out, one by one; failures can only be logged."""
    for mail in mails:
        await send_or_log(settings, mail)


def _deliver(address: str, to: str, message: EmailMessage) -> None:
    url = urlsplit(address)
    host, secure = url.hostname or "", url.scheme == "smtps"
    context = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(host, url.port or 465, timeout=_TIMEOUT_SECONDS, context=context)
        if secure
        else smtplib.SMTP(host, url.port or 587, timeout=_TIMEOUT_SECONDS)
    ) as server:
        server.ehlo()
        if not secure and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
            secure = True
        if url.username:
            if not secure:
                raise smtplib.SMTPException("it offers no TLS, and a password goes by none else")
            server.login(unquote(url.username), unquote(url.password or ""))
        # Not to whoever the head could be read to name.
        server.send_message(message, to_addrs=[to])


def _message(settings: Settings, mail: Mail) -> EmailMessage:
    host = urlsplit(settings.base_url).hostname or "localhost"
    message = EmailMessage()
    message["From"] = settings.mail_from or f"Jurax <jurax@{host}>"
    message["To"] = mail.to
    # In what reads like an encoded word, =?utf-8?q?x=0ABcc:?=, Python decodes the line ends too.
    message["Subject"] = mail.subject.replace("=?", "= ?")
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=host)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message
