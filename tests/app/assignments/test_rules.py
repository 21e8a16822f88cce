"""Whom a grant reaches, and that asking for many costs no more queries than for one."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments.rules import rules_in, rules_of
from app.courses.rules import AssignmentRules, Capped, Counts, LatePolicy, Window
from app.db.engine import Database
from app.models import Course, CourseRole, Section
from tests.app.coursework import enrol, grant, make_assignment, make_course, make_person

DUE = datetime(2026, 3, 13, 22, 59, tzinfo=UTC)
DAY = timedelta(days=1)
RULES = AssignmentRules(
    window=Window(due_at=DUE, late_until=DUE + 3 * DAY, time_zone="Europe/Zurich"),
    late=LatePolicy(percent_per_day=10, grace=timedelta(minutes=5)),
    attempts=Capped(most=4),
    counts=Counts.LAST,
)


@contextmanager
def counted_queries(database: Database) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def course(session: AsyncSession) -> Course:
    return await make_course(session, time_zone="Europe/Zurich")


class TestRulesOf:
    async def test_what_is_stored_is_what_was_set(self, database: Database) -> None:
        async with database.session() as session:
            made = await course(session)
            row = await make_assignment(session, made, RULES)
            await session.refresh(row)
            assert rules_in(row, made) == RULES

    async def test_whom_a_grant_reaches(self, database: Database) -> None:
        async with database.session() as session:
            made, other = await course(session), await course(session)
            first = await make_assignment(session, made, RULES)
            second = await make_assignment(session, made, RULES)
            lab = Section(id=uuid.uuid4(), course_id=made.id, name="Lab")
            session.add(lab)
            await session.flush()
            ann, ben, eve = [await make_person(session) for _ in range(3)]
            seats = [await enrol(session, made, person) for person in (ann, ben, eve)]
            abroad = await enrol(session, other, eve)
            seats[1].section_id = lab.id
            await grant(session, made, seats[:1], assignment_id=first.id, due_at=DUE + DAY)
            await grant(session, made, [], section_id=lab.id, later_by=2 * DAY)
            # Named and in the section: once, not twice.
            await grant(session, made, seats[1:2], section_id=lab.id, more_attempts=3)
            await grant(session, other, [abroad], no_penalty=True)
            found = await rules_of(session, [first, second], made)

        assert len(found) == 6
        assert found[first.id, ann.id].window.due_at == DUE + DAY
        assert found[second.id, ann.id] == RULES
        for assignment in (first, second):
            assert found[assignment.id, ben.id].window.due_at == DUE + 2 * DAY
            assert found[assignment.id, ben.id].attempts == Capped(most=7)
            assert found[assignment.id, eve.id] == RULES

    async def test_those_asked_for_and_nobody_else(self, database: Database) -> None:
        async with database.session() as session:
            made = await course(session)
            row = await make_assignment(session, made, RULES)
            ann, ben, stranger = [await make_person(session) for _ in range(3)]
            await enrol(session, made, ann)
            await enrol(session, made, ben, CourseRole.GRADER)
            asked = await rules_of(session, [row], made, [stranger.id])
            assert asked == {(row.id, stranger.id): RULES}
            assert set(await rules_of(session, [row], made)) == {(row.id, ann.id)}
            assert await rules_of(session, [row], made, []) == {}

    async def test_many_cost_as_many_queries_as_one(self, database: Database) -> None:
        async with database.session() as session:
            made = await course(session)
            rows = [await make_assignment(session, made, RULES) for _ in range(5)]
            for _ in range(6):
                seat = await enrol(session, made, await make_person(session))
                await grant(session, made, [seat], later_by=DAY)
            with counted_queries(database) as sent:
                found = await rules_of(session, rows, made)
        assert len(found) == 30
        assert len(sent) == 2
