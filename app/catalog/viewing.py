"""A problem that is being looked at will be submitted to: its viewers make the worker ready."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import psycopg
import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

CHANNEL = "jurax_viewed"
_RECONNECT_SECONDS = 1.0

log = structlog.get_logger(__name__)


async def tell_viewed(session: AsyncSession, slug: str) -> None:
    """Tells every worker that a problem is being looked at, once this transaction commits."""
    await session.execute(select(func.pg_notify(CHANNEL, slug)))


async def listen(conninfo: str, on_viewed: Callable[[str], None]) -> None:
    """Calls ``on_viewed`` with the slug of each problem that is looked at, until cancelled."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(
                conninfo, autocommit=True
            ) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                async for notification in connection.notifies():
                    on_viewed(notification.payload)
        except psycopg.OperationalError as error:
            log.warning("lost the connection that tells what is looked at", error=str(error))
        await asyncio.sleep(_RECONNECT_SECONDS)
