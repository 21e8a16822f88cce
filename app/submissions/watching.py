"""Who watches a submission being judged: only for them are its cases told one by one.

A program that is warm ends a case every few milliseconds, and telling of it takes some of the cores
from the next. Who waits for the report alone, as most do, has it sooner so.
"""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

CHANNEL = "jurax_watched"
"""Payloads: a submission's id."""

_MOST = 10_000


async def tell_watched(session: AsyncSession, submission_id: uuid.UUID) -> None:
    """Tells every worker that a submission is being watched, once this transaction commits."""
    await session.execute(select(func.pg_notify(CHANNEL, str(submission_id))))


class Watched:
    """What a worker has heard of who watches, before it took the submission on or since. From the
    thread of its loop."""

    def __init__(self) -> None:
        self._ids: OrderedDict[uuid.UUID, None] = OrderedDict()
        self._following: dict[uuid.UUID, Callable[[], None]] = {}

    def __contains__(self, submission_id: uuid.UUID) -> bool:
        return submission_id in self._ids

    def add(self, submission_id: uuid.UUID) -> None:
        """Somebody watches this one. Of very many the first are forgotten."""
        self._ids[submission_id] = None
        self._ids.move_to_end(submission_id)
        while len(self._ids) > _MOST:
            self._ids.popitem(last=False)
        if submission_id in self._following:
            self._following[submission_id]()

    @contextmanager
    def following(self, submission_id: uuid.UUID, on_watched: Callable[[], None]) -> Iterator[None]:
        """While it is judged: calls ``on_watched`` when somebody begins to watch."""
        self._following[submission_id] = on_watched
        try:
            yield
        finally:
            del self._following[submission_id]
            self._ids.pop(submission_id, None)
