"""Who comes from an OpenID provider, as far as its word is believed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.accounts.addresses import tidy_address
from app.accounts.names import MAX_NAME, tidy_name
from app.errors import Forbidden, Invalid, ProviderFailed
from app.settings import Settings

_SUBJECT = re.compile("[ -~]{1,255}")
_MAX_ADDRESS = 254
# Room for a number behind it, where the name is taken.
_MAX_WANTED_NAME = MAX_NAME - 8


@dataclass(frozen=True)
class Guest:
    """Who it is to the provider; the address, where the provider has confirmed it; the name that
    they go by; and whether they teach, by the claim that is set for it."""

    issuer: str
    subject: str
    email: str | None
    name: str
    teaches: bool


def read_guest(settings: Settings, claims: Mapping[str, Any]) -> Guest:
    """Who came. Raises Forbidden where people of this mail domain are not let in."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or _SUBJECT.fullmatch(subject) is None:
        raise ProviderFailed(
            f"{settings.oidc_name} says who you are in a way that the standard does not allow. "
            "Tell who runs this service."
        )
    email = _confirmed_address(claims)
    _require_domain(settings, email)
    return Guest(
        issuer=str(claims["iss"]),
        subject=subject,
        email=email,
        name=_name(claims),
        teaches=_teaches(settings, claims),
    )


def _confirmed_address(claims: Mapping[str, Any]) -> str | None:
    """The address, where the provider says that it is theirs: anybody can write any into a
    profile. Only ``true`` is a yes, no text that reads like it."""
    address = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(address, str):
        return None
    try:
        return tidy_address(address) if len(address) <= _MAX_ADDRESS else None
    except Invalid:
        return None


def _require_domain(settings: Settings, email: str | None) -> None:
    domains = settings.oidc_mail_domains
    if domains and (email is None or email.rpartition("@")[2] not in domains):
        raise Forbidden(
            f"Only who has a confirmed address of {' or '.join(sorted(domains))} at "
            f"{settings.oidc_name} is let in this way."
        )


def _name(claims: Mapping[str, Any]) -> str:
    for claim in ("name", "preferred_username", "email"):
        try:
            if isinstance(text := claims.get(claim), str):
                return tidy_name(text.partition("@")[0][:_MAX_WANTED_NAME])
        except Invalid:
            continue
    return "Somebody"


def _teaches(settings: Settings, claims: Mapping[str, Any]) -> bool:
    if settings.oidc_instructors is None:
        return False
    claim, _, value = settings.oidc_instructors.partition("=")
    said = claims.get(claim)
    return said == value or (isinstance(said, list) and value in said)
