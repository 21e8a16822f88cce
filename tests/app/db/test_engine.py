"""Connections of the pool: pinged once they have been idle, without a transaction for reading."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, text

from app.db import engine
from app.db.engine import Database, driver_connection


@pytest.fixture
async def database(url: URL) -> AsyncIterator[Database]:
    """A pool of one connection."""
    made = Database(url, pool_size=1)
    yield made
    await made.close()


async def backend(database: Database) -> int:
    """The server process behind the pool's one connection, which goes back to the pool."""
    async with database.session() as session:
        found: int = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        return found


async def test_a_connection_that_died_while_it_was_idle_is_replaced(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_IDLE_S", 0)
    died = await backend(database)
    other = Database(database.url)
    async with other.session() as session:
        await session.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": died})
    await other.close()
    assert await backend(database) != died


async def test_one_that_answered_a_moment_ago_is_not_asked_whether_it_is_there(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(database.engine.dialect, "do_ping", lambda _: asked.append(True))
    monkeypatch.setattr(engine, "_IDLE_S", 3600)
    assert await backend(database) == await backend(database)
    assert not asked
    monkeypatch.setattr(engine, "_IDLE_S", 0)
    await backend(database)
    assert asked


async def test_autocommitting_opens_no_transaction_and_what_follows_has_one(
    database: Database,
) -> None:
    seen = []
    for opened in (database.autocommitting, database.session):
        async with opened() as session:
            connection = await driver_connection(session)
            await session.execute(text("SELECT 1"))
            seen.append(connection.info.transaction_status)
    assert seen == [TransactionStatus.IDLE, TransactionStatus.INTRANS]
