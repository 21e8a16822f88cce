"""Tells who watches of an attempt's cases while it is judged: stores them as events, a few at a
time."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Self

import structlog

from app.db.engine import Database
from app.models import EventKind
from app.submissions.documents import storable
from app.submissions.watching import Watched
from app.worker import repository
from app.worker.repository import Claim, Event
from judge.report import CaseResult

# A program that is warm ends a case every few milliseconds, and each transaction takes some of a
# core from it; nobody sees cases sooner than this.
_PAUSE_S = 0.005

log = structlog.get_logger(__name__)


class Telling:
    """Use as an asynchronous context manager around the judging of one attempt."""

    def __init__(self, database: Database, claimed: Claim, watched: Watched) -> None:
        self._database = database
        self._claimed = claimed
        self._watched = watched
        self._loop = asyncio.get_running_loop()
        self._untold: list[CaseResult] = []
        self._news = asyncio.Event()
        self._over = asyncio.Event()
        self._taken_s = 0.0

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *details: object) -> None:
        self._over.set()
        self._news.set()
        await self._task

    def tell(self, case: CaseResult) -> None:
        """Takes a case that has ended, from any thread."""
        self._loop.call_soon_threadsafe(self._take, case)

    @property
    def untold(self) -> list[Event]:
        """Once it is over: cases that nobody was told of yet, as events to store."""
        return [(EventKind.CASE, storable(case)) for case in self._untold]

    @property
    def taken_ms(self) -> float:
        """How long storing took, beside the judging."""
        return round(self._taken_s * 1000, 3)

    def _take(self, case: CaseResult) -> None:
        self._untold.append(case)
        self._news.set()

    async def _run(self) -> None:
        submission_id = self._claimed.submission_id
        with self._watched.following(submission_id, self._news.set):
            while True:
                await self._news.wait()
                self._news.clear()
                if self._over.is_set():
                    return
                if self._untold and submission_id in self._watched:
                    await self._store()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._over.wait(), _PAUSE_S)

    async def _store(self) -> None:
        began = time.monotonic()
        events, self._untold = self.untold, []
        try:
            async with self._database.autocommitting() as session:
                await repository.add_events(session, self._claimed, events)
        except Exception:
            # The report holds all cases: these are only not told of early.
            log.exception("could not store cases")
        self._taken_s += time.monotonic() - began
