"""The session of a request. The request commits: services and repositories never do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import Database


def get_database(request: Request) -> Database:
    """The database of the application that serves the request."""
    database: Database = request.app.state.database
    return database


async def get_session(
    database: Annotated[Database, Depends(get_database)],
) -> AsyncIterator[AsyncSession]:
    """A session in one transaction: committed where the endpoint returns, else rolled back."""
    async with database.session() as session:
        yield session


DatabaseDep = Annotated[Database, Depends(get_database)]

# The scope makes the commit come before the response: nobody is told of what is not yet stored.
SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]
