"""A database in which nothing lasts: what a request does is undone once it is answered, so that
thousands of requests meet the same rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from starlette.types import ASGIApp, Receive, Scope, Send

from app.db.engine import Database


class Undone(Database):
    """A database in which what a request does lasts until the request is answered."""

    def __init__(self, url: URL) -> None:
        super().__init__(url, pool_size=1)
        self._kept: AsyncConnection | None = None
        self._undoing = False
        # A client that has its answer may ask again before that was undone.
        self._one_at_a_time = asyncio.Lock()

    @asynccontextmanager
    async def undoing(self) -> AsyncIterator[None]:
        """Let what happens within be as if it had never happened."""
        async with self._one_at_a_time:
            if self._kept is None:
                self._kept = await self.engine.connect()
            transaction = await self._kept.begin()
            self._undoing = True
            try:
                yield
            finally:
                self._undoing = False
                await transaction.rollback()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A session as ever; while things are undone, what it commits can be undone."""
        if not self._undoing or self._kept is None:
            async with super().session() as session:
                yield session
            return
        async with (
            AsyncSession(
                self._kept, expire_on_commit=False, join_transaction_mode="create_savepoint"
            ) as session,
            session.begin(),
        ):
            yield session

    async def close(self) -> None:
        if self._kept is not None:
            await self._kept.close()
        await super().close()


class UndoingRequests:
    """Undoes each request to an application, which come one after the other."""

    def __init__(self, app: ASGIApp, database: Undone) -> None:
        self._app = app
        self._database = database

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        async with self._database.undoing():
            await self._app(scope, receive, send)
