"""The gradebook while it changes: a stream of the cells that did, and of nothing else."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

from fastapi.sse import ServerSentEvent
from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.access import Power, in_course
from app.db.engine import Database
from app.errors import Forbidden, NotFound
from app.gradebook import anonymity, points_repository, repository
from app.gradebook.points import shown
from app.gradebook.points_repository import NOTHING
from app.gradebook.schemas import CellChange, CellChanges
from app.gradebook.sheet import shown_assignments
from app.models import Person
from app.submissions.notifications import Notifications

_LOOK_AGAIN_SECONDS = 30.0
_RETRY_MILLISECONDS = 2000
# A burst of reports becomes one message; nobody reads a number sooner than this.
_GATHER_SECONDS = 0.25

Changed = set[tuple[uuid.UUID, uuid.UUID]]


async def stream(
    database: Database,
    notifications: Notifications,
    person: Person,
    course_id: uuid.UUID,
    assignment_id: uuid.UUID | None,
    *,
    reveal: bool,
) -> AsyncIterator[ServerSentEvent]:
    """``cells`` with the cells that changed; ``reload`` where so much may have that the gradebook
    is to be read again, which is also the first event: what changed before it is not told."""
    async with notifications.following_grades(course_id, person.id) as waiter:
        yield ServerSentEvent(event="reload", raw_data="{}", retry=_RETRY_MILLISECONDS)
        while not notifications.closing:
            await waiter.wait(_LOOK_AGAIN_SECONDS)
            if notifications.closing:
                return
            await asyncio.sleep(_GATHER_SECONDS)
            changed = waiter.take()
            # No transaction stays open while waiting: a stream can last longer than a deployment.
            async with database.session() as session:
                # Also where nothing changed: who has left the course is told no more, nor who
                # was an admin when this began. Who asks again is told why.
                reader = await session.get(Person, person.id)
                if reader is None:
                    return
                try:
                    told = await changes(
                        session, reader, course_id, assignment_id, changed, reveal=reveal
                    )
                except (NotFound, Forbidden):
                    return
            if told is None:
                yield ServerSentEvent(event="reload", raw_data="{}")
            elif told.cells:
                yield ServerSentEvent(event="cells", raw_data=told.model_dump_json())


async def changes(
    session: AsyncSession,
    person: Person,
    course_id: uuid.UUID,
    assignment_id: uuid.UUID | None,
    changed: Changed | None,
    *,
    reveal: bool,
) -> CellChanges | None:
    """What these cells hold now, as this person may see them; None where all are to be read again.
    Raises where the person may not read them any more."""
    who = await in_course(session, person, course_id)
    who.require(Power.READ_ALL)
    assignments = await shown_assignments(session, who, assignment_id, reveal=reveal)
    if changed is None:
        return None
    readable = {each.row.id: each for each in assignments if not each.withheld}
    problems = await repository.problems(session, list(readable))
    of_problem = {each.row.id: readable[each.row.assignment_id] for each in problems}
    changed = {pair for pair in changed if pair[0] in of_problem}
    people = {person_id for _, person_id in changed}
    cells = await points_repository.cells(
        session, {problem_id for problem_id, _ in changed}, people
    )
    found = []
    for problem_id, person_id in sorted(changed):
        cell = cells.get((problem_id, person_id), NOTHING)
        assignment = of_problem[problem_id]
        student_id = person_id
        if assignment.names_hidden:
            student_id = anonymity.pseudonym(assignment.row, person_id)
        found.append(
            CellChange(
                student_id=student_id,
                problem_id=problem_id,
                points=shown(cell.points),
                submissions=cell.submissions,
                judging=cell.judging,
                days_late=cell.days_late,
                adjusted=cell.adjusted,
            )
        )
    if any(each.names_hidden for each in assignments):
        found.sort(key=lambda change: (change.problem_id, change.student_id))
    return CellChanges(cells=tuple(found))
