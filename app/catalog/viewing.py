"""A problem that is being looked at will be submitted to: its viewers make the worker ready."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import psycopg
import structlog
from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

CHANNEL = "jurax_viewed"
_RECONNECT_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Viewed(BaseModel):
    """A problem that is looked at: as it is on the shelf or, from an assignment, by the version
    that is pinned there and, where all meet one plan, with the seed of that."""

    slug: str
    package_sha256: str | None = None
    plan_seed: int | None = None


async def tell_viewed(session: AsyncSession, viewed: Viewed) -> None:
    """Tells every worker that a problem is being looked at, once this transaction commits."""
    await session.execute(select(func.pg_notify(CHANNEL, viewed.model_dump_json())))


async def listen(conninfo: str, on_viewed: Callable[[Viewed], Awaitable[None]]) -> None:
    """Calls ``on_viewed`` with each problem that is looked at, until cancelled."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(
                conninfo, autocommit=True
            ) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                async for notification in connection.notifies():
                    await on_viewed(Viewed.model_validate_json(notification.payload))
        except psycopg.OperationalError as error:
            log.warning("lost the connection that tells what is looked at", error=str(error))
        await asyncio.sleep(_RECONNECT_SECONDS)
