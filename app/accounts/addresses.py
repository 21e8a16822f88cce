"""E-mail addresses, written in one way."""

from __future__ import annotations

import unicodedata

from email_validator import EmailNotValidError, validate_email

from app.errors import Invalid


def tidy_address(text: str) -> str:
    """An address as it is stored and compared: small letters, in Unicode's compatibility form.
    Raises Invalid for what is none, and for names under which no mail travels."""
    try:
        found = validate_email(
            unicodedata.normalize("NFKC", text).strip(), check_deliverability=False
        )
    except EmailNotValidError as error:
        raise Invalid(f"{text.strip()[:60]!r} is no e-mail address: {error}") from error
    return found.normalized.lower()
