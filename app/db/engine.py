"""The connection pool and the transactions made from it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from sqlalchemy import URL, event, make_url, text
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

_IDLE_S = 1.0


class Database:
    """One PostgreSQL database: a pool of connections and sessions on it."""

    def __init__(self, url: URL, pool_size: int = 10) -> None:
        self.url = url
        self.engine = create_async_engine(
            url, pool_size=pool_size, max_overflow=10, pool_recycle=1800
        )
        _ping_the_idle(self.engine)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A session in one transaction, committed at the end of the block."""
        async with self._sessions() as session, session.begin():
            yield session

    @asynccontextmanager
    async def autocommitting(self) -> AsyncIterator[AsyncSession]:
        """A session in which each statement is a transaction of its own: no round trip for the
        beginning and the end of one."""
        async with self._sessions() as session:
            await session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
            yield session

    async def ping(self) -> None:
        """Raise unless the database answers."""
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Give all connections back."""
        await self.engine.dispose()

    @property
    def conninfo(self) -> str:
        """The same database for psycopg itself. Holds the password: never log it."""
        return conninfo(self.url)


def _ping_the_idle(engine: AsyncEngine) -> None:
    """As ``pool_pre_ping``, but only for a connection that has been idle: one that answered a
    moment ago is still there, and asking takes each request a round trip."""

    @event.listens_for(engine.sync_engine, "checkin")
    def note(_: Any, record: Any) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def ping(connection: Any, record: Any, _: Any) -> None:
        since = record.info.get("idle_since")
        if since is None or time.monotonic() - since < _IDLE_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def psycopg_url(url: str | URL) -> URL:
    """A PostgreSQL URL in any common spelling, with the driver that we use."""
    return make_url(url).set(drivername="postgresql+psycopg")


def conninfo(url: URL) -> str:
    """A URL as libpq reads it."""
    return psycopg.conninfo.make_conninfo(
        url.set(drivername="postgresql").render_as_string(hide_password=False)
    )


async def driver_connection(session: AsyncSession) -> psycopg.AsyncConnection:
    """The psycopg connection under a session, for work inside its transaction."""
    connection = await session.connection()
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    if not isinstance(driver, psycopg.AsyncConnection):
        raise TypeError(f"expected a psycopg connection, found {type(driver).__name__}")
    return driver
