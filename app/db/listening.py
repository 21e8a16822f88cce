"""Hears what other processes notify by the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import psycopg
import structlog

_RECONNECT_SECONDS = 1.0

log = structlog.get_logger(__name__)

OnPayload = Callable[[str], Awaitable[None]]


async def listen(
    conninfo: str,
    channels: Mapping[str, OnPayload],
    on_connected: Callable[[], None] = lambda: None,
) -> None:
    """Hands each payload to its channel's own, one after another, until cancelled; one that fails
    on a payload is logged and hears the next. What is notified while there is no connection is
    lost: ``on_connected`` is called whenever one hears again."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(
                conninfo, autocommit=True
            ) as connection:
                for channel in channels:
                    await connection.execute(f"LISTEN {channel}")
                on_connected()
                async for notification in connection.notifies():
                    await _hand_on(channels[notification.channel], notification.payload)
        except psycopg.OperationalError as error:
            log.warning("lost the connection that hears notifications", error=str(error))
        await asyncio.sleep(_RECONNECT_SECONDS)


async def _hand_on(on_payload: OnPayload, payload: str) -> None:
    try:
        await on_payload(payload)
    except Exception:
        # It may need the database, which can be away for a moment.
        log.exception("could not act on a notification")
