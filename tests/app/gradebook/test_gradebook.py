"""The gradebook: who reads what of whom, filtered, sorted, and told of while it changes."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update

from app.courses.rules import AssignmentRules, LatePolicy, Window
from app.gradebook import live
from app.gradebook.choosing import Choice, chosen
from app.gradebook.points import shown, total_points
from app.gradebook.points_repository import Cell, CellColumn
from app.gradebook.repository import SetProblem
from app.gradebook.schemas import SortColumn, SortOrder, StudentState
from app.gradebook.sheet import Sheet, SheetStudent
from app.models import Adjustment, AssignmentProblem, Enrolment, Grade, Person, Section
from judge.package import Package
from tests.app.coursework import add_attempt, grant, make_assignment, set_problem
from tests.app.gradebook.classroom import Classroom
from tests.app.gradebook.conftest import Ask, Work, adjustment

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


SENSELESS = [
    {"sort": "salary"},
    {"order": "up"},
    {"state": "sad"},
    {"q": "x" * 201},
    {"section": "7"},
    {"offset": "-1"},
    {"offset": "9" * 30},
    {"limit": "0"},
    {"limit": "2001"},
    {"reveal": "maybe"},
]


class TestRead:
    """GET /courses/{id}/gradebook."""

    async def test_shows_every_student_and_what_they_have(
        self, ask: Ask, room: Classroom, work: Work
    ) -> None:
        await work("student", 0.5)
        await work("student", 0.75)
        await work("other", None)
        await ask(
            "grader", "PUT", adjustment(room), json={"points": 9, "reason": "Kind.", "version": 0}
        )
        document = (await ask("observer", "GET", "/gradebook")).json()
        assert [row["name"] for row in document["students"]] == ["the other", "the student"]
        (column,) = document["columns"]
        assert column == {
            "problem_id": str(room.problem.id),
            "points": [None, 9.0],
            "submissions": [1, 2],
            "judging": [1, 0],
            "days_late": [0, 0],
            "adjusted": [False, True],
        }
        (problem,) = document["problems"]
        assert (problem["id"], problem["points"]) == (str(room.problem.id), 10.0)
        assert document["total"] == 2

    async def test_nobody_and_nothing(self, ask: Ask, room: Classroom) -> None:
        async with room.database.session() as session:
            for name in ("student", "other"):
                enrolment = await session.get_one(Enrolment, room.enrolments[name].id)
                enrolment.left_at = NOW
        document = (await ask("observer", "GET", "/gradebook")).json()
        assert (document["students"], document["total"]) == ([], 0)
        assert document["columns"][0]["points"] == []

    async def test_who_may(self, ask: Ask, check_problem: CheckProblem, room: Classroom) -> None:
        cell = f"/gradebook/{room.problem.id}/{room.people['student'].person.id}"
        statistics = f"/gradebook/assignments/{room.assignment.id}/statistics"
        for path in ("/gradebook", "/gradebook/log", cell, statistics):
            for who in ("observer", "grader", "instructor", "owner", "admin"):
                answer = await ask(who, "GET", path)
                assert answer.status_code == 200, answer.text
            check_problem(await ask("student", "GET", path), 403, "forbidden")
            check_problem(await ask("stranger", "GET", path), 404, "not-found")
        check_problem(await ask("student", "GET", "/gradebook/events"), 403, "forbidden")
        check_problem(await ask("stranger", "GET", "/gradebook/events"), 404, "not-found")

    async def test_pages_and_one_assignment(
        self, ask: Ask, room: Classroom, package: Package, check_problem: CheckProblem
    ) -> None:
        async with room.database.session() as session:
            second = await make_assignment(session, room.course, title="Second", position=1)
            problem = await set_problem(session, second, package, points=3)
        both = (await ask("observer", "GET", "/gradebook", params={"limit": 1})).json()
        assert [each["title"] for each in both["assignments"]] == ["First steps", "Second"]
        assert (len(both["columns"]), len(both["students"]), both["total"]) == (2, 1, 2)
        params: dict[str, Any] = {"limit": 1, "offset": 1, "assignment": str(second.id)}
        one = (await ask("observer", "GET", "/gradebook", params=params)).json()
        assert [each["id"] for each in one["problems"]] == [str(problem.id)]
        assert [each["name"] for each in one["students"]] == ["the student"]
        params["offset"] = 17
        assert (await ask("observer", "GET", "/gradebook", params=params)).json()["students"] == []
        params["assignment"] = str(uuid.uuid4())
        check_problem(await ask("observer", "GET", "/gradebook", params=params), 404, "not-found")

    async def test_filters_and_sorts(
        self, ask: Ask, room: Classroom, work: Work, check_problem: CheckProblem
    ) -> None:
        await work("student", 0.5)
        await work("other", 1.0)
        async with room.database.session() as session:
            section = Section(course_id=room.course.id, name="Lab 1")
            session.add(section)
            await session.flush()
            enrolment = await session.get_one(Enrolment, room.enrolments["student"].id)
            enrolment.section_id, enrolment.student_number = section.id, "S-0042"

        async def names(**params: str) -> list[str]:
            answer = await ask("observer", "GET", "/gradebook", params=params)
            return [row["name"] for row in answer.json()["students"]]

        assert await names(section=str(section.id)) == ["the student"]
        assert await names(q="s-0042 THE") == ["the student"]
        assert await names(q="nobody") == []
        assert await names(state="unsubmitted") == []
        problem = str(room.problem.id)
        assert await names(sort=problem, order="asc") == ["the student", "the other"]
        assert await names(sort="total", order="desc") == ["the other", "the student"]
        assert await names(sort="number", order="desc") == ["the student", "the other"]
        wrong = await ask("observer", "GET", "/gradebook", params={"sort": str(uuid.uuid4())})
        check_problem(wrong, 404, "not-found")

    async def test_refuses_what_makes_no_sense(self, ask: Ask, check_problem: CheckProblem) -> None:
        for params in SENSELESS:
            answer = await ask("observer", "GET", "/gradebook", params=params)
            document = check_problem(answer, 422, "invalid-request")
            assert next(iter(params)) in document["detail"]

    async def test_searches_for_any_text(self, ask: Ask) -> None:
        for q in ("a%00b", "%ed%a0%80", "%ff", "%F0%9F%A7%AE"):
            answer = await ask("observer", "GET", f"/gradebook?q={q}")
            assert (answer.status_code, answer.json()["students"]) == (200, [])


class TestCell:
    """GET /courses/{id}/gradebook/{problem}/{student}."""

    async def test_says_what_each_submission_earns_and_why(
        self, ask: Ask, room: Classroom, work: Work
    ) -> None:
        rules = AssignmentRules(
            window=Window(due_at=NOW, late_until=NOW + 5 * DAY),
            late=LatePolicy(percent_per_day=10),
        )
        await room.change(
            due_at=rules.window.due_at,
            late_until=rules.window.late_until,
            policy=rules.model_dump(mode="json", exclude={"window"}),
        )
        async with room.database.session() as session:
            course = await session.merge(room.course)
            course.late_days = 1
            members = [room.enrolments["student"]]
            await grant(session, course, members, more_attempts=2, reason="A broken wrist.")
        await work("student", 0.5, NOW - DAY)
        counts = await work("student", 1.0, NOW + 1.5 * DAY)
        await work("student", 0.0, NOW, verdict="IE")
        await work("student", None, NOW + 2 * DAY)
        async with room.database.session() as session:
            await add_attempt(session, counts, 0.25, number=2, counts=False)
        path = f"/gradebook/{room.problem.id}/{room.people['student'].person.id}"
        cell = (await ask("observer", "GET", path)).json()
        assert (cell["points"], cell["earned"], cell["submission_id"]) == (9.0, 9.0, str(counts.id))
        assert cell["why"] == (
            "The submission that counts earned 100 % of 10 points; it was 2 days late, 1 paid for "
            "by late days, which leaves 90 % of the points: 9 points."
        )
        shown = [(row["number"], row["points"], row["counts"]) for row in cell["submissions"]]
        assert shown == [(4, None, False), (3, 9.0, True), (2, None, False), (1, 5.0, False)]
        assert [row["days_late"] for row in cell["submissions"]] == [2, 2, 0, 0]
        assert "judge failed" in cell["submissions"][2]["why"]
        assert cell["submissions"][0]["why"] == "It is being judged."
        attempts = cell["submissions"][1]["attempts"]
        assert [(each["number"], each["counts"]) for each in attempts] == [(2, False), (1, True)]
        (given_grant,) = cell["grants"]
        assert (given_grant["whole_course"], given_grant["reason"]) == (True, "A broken wrist.")
        assert cell["student"]["name"] == "the student"

    async def test_nothing_submitted_and_nobody(
        self, ask: Ask, room: Classroom, check_problem: CheckProblem
    ) -> None:
        student, nobody = room.people["student"].person.id, uuid.uuid4()
        cell = (await ask("observer", "GET", f"/gradebook/{room.problem.id}/{student}")).json()
        assert (cell["points"], cell["submissions"], cell["why"]) == (
            None,
            [],
            "Nothing was submitted.",
        )
        for path in (f"{room.problem.id}/{nobody}", f"{nobody}/{student}"):
            check_problem(await ask("observer", "GET", f"/gradebook/{path}"), 404, "not-found")
        grader = room.people["grader"].person.id
        answer = await ask("observer", "GET", f"/gradebook/{room.problem.id}/{grader}")
        check_problem(answer, 404, "not-found")


class TestStatistics:
    """GET /courses/{id}/gradebook/assignments/{id}/statistics."""

    async def test_over_those_who_have_points(self, ask: Ask, room: Classroom, work: Work) -> None:
        await work("student", 0.5)
        await work("student", 0.25)
        await work("other", 1.0)
        path = f"/gradebook/assignments/{room.assignment.id}/statistics"
        (found,) = (await ask("observer", "GET", path)).json()["problems"]
        assert found == {
            "problem_id": str(room.problem.id),
            "title": found["title"],
            "points": 10.0,
            "students": 2,
            "submitted": 2,
            "with_points": 2,
            "solved": 1,
            "mean": 7.5,
            "median": 7.5,
            "distribution": [0, 0, 0, 0, 0, 1, 0, 0, 0, 1],
            "submissions": 3,
            "submissions_mean": 1.5,
        }

    async def test_a_tenth_begins_with_itself(self, ask: Ask, room: Classroom, work: Work) -> None:
        """Of 3 points 30 % are 0.8999999999999999 in the machine's arithmetic."""
        async with room.database.session() as session:
            (await session.get_one(AssignmentProblem, room.problem.id)).points = 3.0
        await work("student", 0.3)
        path = f"/gradebook/assignments/{room.assignment.id}/statistics"
        (found,) = (await ask("observer", "GET", path)).json()["problems"]
        assert found["distribution"] == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]

    async def test_of_nothing(self, ask: Ask, room: Classroom, check_problem: CheckProblem) -> None:
        path = f"/gradebook/assignments/{room.assignment.id}/statistics"
        (found,) = (await ask("observer", "GET", path)).json()["problems"]
        assert (found["mean"], found["median"], found["submissions_mean"]) == (None, None, None)
        assert found["distribution"] == [0] * 10
        path = f"/gradebook/assignments/{uuid.uuid4()}/statistics"
        check_problem(await ask("observer", "GET", path), 404, "not-found")


class TestEvents:
    """GET /courses/{id}/gradebook/events."""

    @pytest.fixture
    async def events(self, app: FastAPI, room: Classroom) -> AsyncIterator[AsyncIterator[Any]]:
        """What an observer is told. The transport of these tests shows no part of an answer
        before its end, so this asks the stream itself."""
        stream = live.stream(
            room.database,
            app.state.notifications,
            room.people["observer"].person,
            room.course.id,
            None,
            reveal=False,
        )
        assert (await anext(stream)).event == "reload"
        yield stream
        await stream.aclose()  # type: ignore[attr-defined]

    async def test_tells_of_the_cells_that_changed(
        self, events: AsyncIterator[Any], room: Classroom, work: Work, ask: Ask
    ) -> None:
        async def told(**cell: Any) -> None:
            """Comes to the event that tells this of the student's cell, and of no other cell."""
            key = {
                "student_id": str(room.people["student"].person.id),
                "problem_id": str(room.problem.id),
            }
            async for event in events:
                if event.event == "cells":
                    (found,) = json.loads(event.raw_data)["cells"]
                    if {**found, **key, **cell} == found:
                        return

        async with asyncio.timeout(10):
            # The connection that listens comes up in its own time, and all look again then.
            first = asyncio.ensure_future(anext(events))
            while not first.done():
                await work("student", None)
            await work("student", 1.0)
            await told(points=10.0, adjusted=False)
            body = {"points": 3, "reason": "Copied.", "version": 0}
            await ask("grader", "PUT", adjustment(room), json=body)
            await told(points=3.0, adjusted=True)
            params: dict[str, Any] = {"version": 1, "reason": "It was not."}
            await ask("grader", "DELETE", adjustment(room), params=params)
            await told(points=10.0, adjusted=False)
            path = f"/gradebook/assignments/{room.assignment.id}/publication"
            await ask("instructor", "PUT", path)
            assert (await anext(events)).event == "reload"

    @pytest.mark.parametrize(
        ("who", "gone"),
        [
            ("observer", update(Enrolment).values(left_at=NOW)),
            ("observer", update(Enrolment).values(role="student")),
            ("admin", update(Person).values(role="instructor")),
            ("admin", delete(Person).where(Person.role == "admin")),
        ],
    )
    async def test_ends_for_who_may_read_it_no_more(
        self, app: FastAPI, room: Classroom, work: Work, who: str, gone: Any
    ) -> None:
        person = room.people[who].person
        stream = live.stream(
            room.database, app.state.notifications, person, room.course.id, None, reveal=False
        )
        assert (await anext(stream)).event == "reload"
        async with room.database.session() as session:
            await session.execute(gone)
        async with asyncio.timeout(10):
            rest = asyncio.ensure_future(anext(stream, None))
            while not rest.done():
                await work("student", None)
        assert rest.result() is None


def plain_chosen(sheet: Sheet, choice: Choice) -> list[uuid.UUID]:
    """The rules of filters and order, said once more."""

    def fits(at: int) -> bool:
        student = sheet.students[at]
        text = " ".join(filter(None, (student.name, student.number, student.email))).lower()
        if choice.section_id is not None and student.section_id != choice.section_id:
            return False
        if not all(word in text for word in choice.search.lower().split()):
            return False
        for column in sheet.columns:
            cell = column.cell(at)
            if {
                None: True,
                StudentState.UNSUBMITTED: cell.submissions == 0 and not cell.adjusted,
                StudentState.UNGRADED: cell.submissions >= 1 and cell.points is None,
                StudentState.ADJUSTED: cell.adjusted,
                StudentState.LATE: cell.days_late >= 1,
                StudentState.JUDGING: cell.judging >= 1,
            }[choice.state]:
                return True
        return choice.state is None

    def value(at: int) -> Any:
        if choice.sort is SortColumn.TOTAL:
            return shown(total_points(list(sheet.cells)[at]))
        if isinstance(choice.sort, uuid.UUID):
            return shown(sheet.columns[0].points[at])
        return getattr(sheet.students[at], choice.sort.value) or None

    fitting = [at for at in range(len(sheet.students)) if fits(at)]
    having = [at for at in fitting if value(at) is not None]
    for _ in having:
        for left, right in zip(range(len(having)), range(1, len(having)), strict=False):
            one, two = value(having[left]), value(having[right])
            wrong = one < two if choice.order is SortOrder.DESCENDING else one > two
            if wrong:
                having[left], having[right] = having[right], having[left]
    return [sheet.students[at].id for at in having] + [
        sheet.students[at].id for at in fitting if value(at) is None
    ]


PROBLEM = uuid.UUID(int=1)
SECTIONS = [None, uuid.UUID(int=2), uuid.UUID(int=3)]
texts = st.text("ab1 ", max_size=3)
students = st.builds(
    SheetStudent,
    id=st.uuids(),
    name=st.text("ab", min_size=1, max_size=3),
    number=st.none() | st.text("12", max_size=2),
    email=st.none() | st.text("ab1", max_size=2),
    section_id=st.sampled_from(SECTIONS),
    section=st.none() | st.text("ab", max_size=1),
)
cells = st.builds(
    Cell,
    # The last two are shown alike: of those the order of names decides.
    points=st.none() | st.sampled_from([0.0, 0.3, 0.1 + 0.2]),
    submissions=st.integers(0, 2),
    judging=st.integers(0, 1),
    days_late=st.integers(0, 1),
    adjusted=st.booleans(),
)
choices = st.builds(
    Choice,
    section_id=st.sampled_from(SECTIONS),
    search=texts,
    state=st.none() | st.sampled_from(StudentState),
    sort=st.sampled_from([*SortColumn, PROBLEM]),
    order=st.sampled_from(SortOrder),
)


class TestChosen:
    """Filters and order, against their rules said plainly."""

    @given(st.lists(st.tuples(students, cells), max_size=6), choices)
    def test_is_what_its_rules_say(
        self, rows: Sequence[tuple[SheetStudent, Cell]], choice: Choice
    ) -> None:
        problem = cast(SetProblem, SimpleNamespace(row=SimpleNamespace(id=PROBLEM)))
        column = CellColumn(
            [cell.points for _, cell in rows],
            [cell.submissions for _, cell in rows],
            [cell.judging for _, cell in rows],
            [cell.days_late for _, cell in rows],
            [cell.adjusted for _, cell in rows],
        )
        sheet = Sheet([], [problem], [student for student, _ in rows], [column])
        found = chosen(sheet, choice)
        assert [student.id for student in found.students] == plain_chosen(sheet, choice)
        points = {student.id: cell.points for student, cell in rows}
        assert found.columns[0].points == [points[each.id] for each in found.students]


async def test_points_of_a_row_that_nobody_judged_are_none(
    ask: Ask, room: Classroom, work: Work
) -> None:
    """Zero is earned, nothing is not."""
    await work("student", 0.0)
    await work("other", None)
    (column,) = (await ask("observer", "GET", "/gradebook")).json()["columns"]
    assert column["points"] == [None, 0.0]
    async with room.database.session() as session:
        session.add(
            Adjustment(
                problem_id=room.problem.id,
                person_id=room.people["other"].person.id,
                points=0.0,
                reason="Absent.",
            )
        )
        grade = await session.get_one(Grade, (room.problem.id, room.people["other"].person.id))
        assert grade.judging == 1
    (column,) = (await ask("observer", "GET", "/gradebook")).json()["columns"]
    assert column["points"] == [0.0, 0.0]
