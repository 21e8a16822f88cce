"""Who looks at a problem makes the worker ready for it; a stranger, who cannot submit, does not."""

from __future__ import annotations

import asyncio

import pytest

from app.catalog.viewing import CHANNEL, Viewed, tell_viewed
from app.db.engine import Database
from app.db.listening import listen


async def test_a_view_reaches_the_worker_when_it_is_committed(database: Database) -> None:
    viewed = Viewed(slug="zero-last-layer", package_sha256="a" * 64, plan_seed=7)
    heard: asyncio.Queue[str] = asyncio.Queue()
    listening = asyncio.create_task(listen(database.conninfo, {CHANNEL: heard.put}))
    try:
        # The first ones may come before anybody listens.
        while heard.empty():
            async with database.session() as session:
                await tell_viewed(session, viewed)
            await asyncio.wait({asyncio.create_task(asyncio.sleep(0.05))})
        assert Viewed.model_validate_json(await heard.get()) == viewed
    finally:
        listening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await listening
