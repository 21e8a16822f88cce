"""``jurax admin stats``: how much there is of what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console, RenderableType
from rich.table import Table

from app.commands.admin_database import with_session
from app.commands.settings import DataDir, read_settings
from app.counts import counted

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.stats.schemas import Stats


def stats(
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    days: Annotated[int, typer.Option(min=1, help="Days with submissions to list.")] = 14,
    data_dir: DataDir = None,
) -> None:
    """Count people, courses and submissions, by verdict and day; the queue, workers, room."""
    from app.db.folder import open_data_folder
    from app.stats import service

    settings = read_settings(data_dir=data_dir)

    async def work(session: AsyncSession) -> Stats:
        here = settings.database_url is None
        folder = open_data_folder(settings.data_dir).path if here else None
        return await service.stats(session, folder)

    found = with_session(settings, work)
    if json:
        print(found.model_dump_json(indent=2))
        return
    console = Console()
    for part in _parts(found, days):
        console.print(part)


def _parts(found: Stats, days: int) -> Iterable[RenderableType]:
    people = counted(sum(found.people.values()), "person", "people")
    yield f"{people}{_brackets(found.people)}"
    yield (
        f"{counted(found.courses, 'course')}, {found.archived_courses} of them archived; "
        f"{counted(found.enrolments, 'enrolment')}"
    )
    yield f"{counted(found.submissions, 'submission')}{_brackets(found.by_verdict)}"
    queue = found.queue
    waited = f", the oldest for {queue.oldest_seconds:.0f} s" if queue.oldest_seconds else ""
    yield f"{queue.queued} waiting{waited}, {queue.running} being judged"
    workers = found.workers
    yield f"{counted(workers.alive, 'worker')} alive, {counted(workers.spares, 'spare')} ready"
    sizes = {name: _size(size) for name, size in found.disk.largest_tables.items()}
    yield f"The database takes {_size(found.disk.database_bytes)}{_brackets(sizes)}"
    if found.disk.free_bytes is not None:
        yield f"{_size(found.disk.free_bytes)} of disk are left"
    if found.days:
        yield _by_day(found, days)


def _by_day(found: Stats, days: int) -> Table:
    table = Table("Day (UTC)", "Submissions", *found.by_verdict)
    for day in found.days[:days]:
        counts = (str(day.by_verdict.get(verdict, "")) for verdict in found.by_verdict)
        table.add_row(day.day.isoformat(), str(day.submissions), *counts)
    return table


def _brackets(counts: Mapping[str, object]) -> str:
    return f" ({', '.join(f'{name} {count}' for name, count in counts.items())})" if counts else ""


def _size(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
