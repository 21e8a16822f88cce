"""The figures of ``jurax admin stats``."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict


class _Figures(BaseModel):
    model_config = ConfigDict(frozen=True)


class DayFigures(_Figures):
    """Submissions of a day (UTC), by the verdict of the attempt that speaks for each; those that
    are not judged yet are under ``waiting``."""

    day: date
    submissions: int
    by_verdict: dict[str, int]


class QueueFigures(_Figures):
    """Attempts that are not done, and for how long the oldest has waited."""

    queued: int
    running: int
    oldest_seconds: float | None


class WorkerFigures(_Figures):
    """Workers that were heard of just now, and the spares that they have ready."""

    alive: int
    spares: int


class DiskFigures(_Figures):
    """Room that the database takes and, where it is on this machine, room that is left."""

    database_bytes: int
    largest_tables: dict[str, int]
    free_bytes: int | None


class Stats(_Figures):
    """All of it."""

    people: dict[str, int]
    courses: int
    archived_courses: int
    enrolments: int
    submissions: int
    by_verdict: dict[str, int]
    days: tuple[DayFigures, ...]
    queue: QueueFigures
    workers: WorkerFigures
    disk: DiskFigures
