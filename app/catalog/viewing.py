"""A problem that is being looked at will be submitted to: its viewers make the worker ready."""

from __future__ import annotations

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

CHANNEL = "jurax_viewed"
"""Payloads: a ``Viewed`` in JSON."""


class Viewed(BaseModel):
    """A problem that is looked at: as it is on the shelf or, from an assignment, by the version
    that is pinned there and, where all meet one plan, with the seed of that."""

    slug: str
    package_sha256: str | None = None
    plan_seed: int | None = None


async def tell_viewed(session: AsyncSession, viewed: Viewed) -> None:
    """Tells every worker that a problem is being looked at, once this transaction commits."""
    await session.execute(select(func.pg_notify(CHANNEL, viewed.model_dump_json())))
