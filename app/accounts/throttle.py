"""How often one network may try to sign in in vain. Counted in the database: what several
processes serve has one count."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_network

from app.accounts import repository
from app.db.base import now
from app.db.engine import Database
from app.errors import TooManyTries

WINDOW = timedelta(minutes=10)

# What one subscriber has: the rest of an address is theirs to choose.
_PREFIX = {4: 32, 6: 64}


@asynccontextmanager
async def counted(database: Database, host: str | None, limit: int) -> AsyncIterator[None]:
    """Around a try to sign in. Raises TooManyTries where ``limit`` of this network have failed.

    A try counts before it is made, in a transaction of its own, so that many at once cannot all
    pass; one that succeeds is taken back."""
    network = _network(host)
    async with database.session() as session:
        failed = await repository.count_try(session, network, now(), WINDOW)
    if failed > limit:
        raise TooManyTries(
            "Too many sign-in links that are not valid came from your network. Try again in "
            f"{int(WINDOW.total_seconds()) // 60} minutes.",
            headers={"Retry-After": str(int(WINDOW.total_seconds()))},
        )
    yield
    async with database.session() as session:
        await repository.take_try_back(session, network)


def _network(host: str | None) -> str:
    try:
        address = ip_network(host or "")
    except ValueError:
        return "unknown"
    return str(address.supernet(new_prefix=_PREFIX[address.version]))
