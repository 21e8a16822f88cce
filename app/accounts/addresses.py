"""E-mail addresses, written in one way."""

from __future__ import annotations

import unicodedata

from email_validator import EmailNotValidError, validate_email

from app.errors import Invalid


def tidy_address(text: str) -> str:
    """An address as it is stored and compared: small letters, in Unicode's compatibility form.
    Raises Invalid for what is none, and for names under which no mail travels."""
    address = unicodedata.normalize("NFKC", text).strip()
    try:
        found = validate_email(address, check_deliverability=False)
    except EmailNotValidError as error:
        raise Invalid(f"{text.strip()[:60]!r} is no e-mail address: {error}") from error
    # What reads a mail's head takes =?x?q?ann=40evil.example=3E?=x@example.com for ann's address at
    # evil.example (RFC 2047): the mail would go there, and prove an address that is nobody's.
    if "=?" in address:
        raise Invalid(f"{address[:60]!r} is no e-mail address: it holds an encoded word.")
    return found.normalized.lower()
