"""Who hears what is notified goes on whatever becomes of a payload."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from app.db.engine import Database
from app.db.errors import DatabaseError
from app.db.listening import listen


async def test_one_that_fails_on_a_payload_hears_the_next(database: Database) -> None:
    listens, heard = asyncio.Event(), asyncio.Queue[str]()

    async def on_payload(payload: str) -> None:
        if payload == "first":
            raise DatabaseError("it is away for a moment")
        await heard.put(payload)

    listening = asyncio.create_task(
        listen(database.conninfo, {"jurax_test": on_payload}, on_connected=listens.set)
    )
    await listens.wait()
    for payload in ("first", "second"):
        async with database.session() as session:
            await session.execute(text("SELECT pg_notify('jurax_test', :it)"), {"it": payload})
    assert await asyncio.wait_for(heard.get(), 10) == "second"
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
