"""Who looks at a problem makes the worker ready for it; a stranger, who cannot submit, does not."""

from __future__ import annotations

import asyncio

import pytest

from app.catalog.viewing import listen, tell_viewed
from app.db.engine import Database


async def test_a_view_reaches_the_worker_when_it_is_committed(database: Database) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    listening = asyncio.create_task(listen(database.conninfo, heard.put_nowait))
    try:
        # The first ones may come before anybody listens.
        while heard.empty():
            async with database.session() as session:
                await tell_viewed(session, "zero-last-layer")
            await asyncio.wait({asyncio.create_task(asyncio.sleep(0.05))})
        assert await heard.get() == "zero-last-layer"
    finally:
        listening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await listening
