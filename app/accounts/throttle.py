"""How often one may try to sign in in vain, from one network or for one address. Counted in the
database: what several processes serve has one count."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_address, ip_network

from app.accounts import tries_repository as repository
from app.accounts.addresses import tidy_address
from app.accounts.tokens import token_hash
from app.db.base import now
from app.db.engine import Database
from app.errors import Invalid, TooManyTries

WINDOW = timedelta(minutes=10)
MAILS_TO_AN_ADDRESS = 3

# What one subscriber has: the rest of an address is theirs to choose.
_PREFIX = {4: 32, 6: 64}


@asynccontextmanager
async def counted(
    database: Database, host: str | None, limit: int, address: str | None = None
) -> AsyncIterator[None]:
    """Around a try to sign in. Raises TooManyTries where ``limit`` of this network have failed, or
    five times as many for this address, from wherever they came."""
    limits = {network_of_host(host): limit}
    if address is not None:
        # Not the address itself: people type their password into the wrong field.
        limits[f"address {token_hash(_tidied(address)).hex()}"] = 5 * limit
    refusal = "Too many tries to sign in have failed from your network or this address."
    async with limited(database, limits, refusal):
        yield


@asynccontextmanager
async def limited(
    database: Database, limits: Mapping[str, int], refusal: str
) -> AsyncIterator[None]:
    """Around a try that may fail so many times within the window, by source. Raises TooManyTries.

    A try counts before it is made, in a transaction of its own, so that many at once cannot all
    pass; one that succeeds is taken back."""
    await _count(database, limits, refusal)
    yield
    async with database.session() as session:
        for source in limits:
            await repository.take_try_back(session, source)


async def count_mail(database: Database, host: str | None, limit: int, address: str) -> None:
    """Before a mail that somebody asks for: ``limit`` for a network, a few for an address, whose
    owner may not be the one who asks. Raises TooManyTries."""
    limits = {
        f"mail {network_of_host(host)}": limit,
        f"mail {token_hash(address).hex()}": MAILS_TO_AN_ADDRESS,
    }
    await _count(database, limits, "Too many mails were asked for.")


def network_of_host(host: str | None) -> str:
    """What one subscriber has of addresses, as tries are counted."""
    try:
        found = ip_address(host or "")
    except ValueError:
        return "unknown"
    # A socket for both tells of IPv4 as ::ffff:192.0.2.1: all of it would be one network.
    address = ip_network(getattr(found, "ipv4_mapped", None) or found)
    return str(address.supernet(new_prefix=_PREFIX[address.version]))


def _tidied(address: str) -> str:
    """An address as it is stored, however it is written: else each spelling would be counted."""
    try:
        return tidy_address(address)
    except Invalid:
        return address


async def _count(database: Database, limits: Mapping[str, int], refusal: str) -> None:
    async with database.session() as session:
        over = [
            await repository.count_try(session, source, now(), WINDOW) > most
            for source, most in limits.items()
        ]
    if any(over):
        seconds = int(WINDOW.total_seconds())
        raise TooManyTries(
            f"{refusal} Try again in {seconds // 60} minutes.",
            headers={"Retry-After": str(seconds)},
        )
