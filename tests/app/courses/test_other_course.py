"""Who teaches one course names things of another in a request: as good as things that are not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from app.courses.grading import recompute
from app.db.base import now
from app.db.engine import Database
from app.models import (
    Adjustment,
    Attempt,
    GrantMember,
    GrantRow,
    RegradeRequest,
    Rejudge,
    Section,
)
from judge.package import Package
from tests.app.coursework import (
    add_submission,
    enrol,
    grant,
    make_assignment,
    make_course,
    make_person,
    set_problem,
)
from tests.app.gradebook.classroom import Classroom, make_classroom


@pytest.fixture
async def room(database: Database, package: Package) -> Classroom:
    """The course of who asks."""
    made = await make_classroom(database, package)
    await made.publish()
    return made


@dataclass(frozen=True)
class Elsewhere:
    """The ids of what is in the other course."""

    assignment: str
    problem: str
    person: str
    submission: str
    section: str
    question: str
    rejudge: str
    grant: str


@pytest.fixture
async def there(database: Database, package: Package) -> Elsewhere:
    """Another course, with a student who is in no other."""
    async with database.session() as session:
        course = await make_course(session, title="Elsewhere")
        person = await make_person(session)
        enrolment = await enrol(session, course, person)
        assignment = await make_assignment(session, course, published_at=now())
        problem = await set_problem(session, assignment, package)
        submission = await add_submission(session, person.id, problem, 0.5)
        await recompute(session, course.id)
        section = Section(course_id=course.id, name="Lab")
        question = RegradeRequest(problem_id=problem.id, person_id=person.id, text="Why?")
        rejudge = Rejudge(course_id=course.id, chosen={}, reason="x", by_id=None)
        session.add_all([section, question, rejudge])
        await session.flush()
        given = await grant(session, course, [enrolment], more_attempts=1)
        rows = {
            "assignment": assignment,
            "problem": problem,
            "person": person,
            "submission": submission,
            "section": section,
            "question": question,
            "rejudge": rejudge,
            "grant": given,
        }
        return Elsewhere(**{name: str(row.id) for name, row in rows.items()})


async def counts(database: Database) -> list[int]:
    """How much there is of what these requests would make."""
    tables = (Adjustment, Attempt, GrantRow, GrantMember, RegradeRequest, Rejudge)
    async with database.session() as session:
        return [
            (await session.execute(select(func.count()).select_from(table))).scalar_one()
            for table in tables
        ]


async def test_nothing_of_it_is_changed(
    client: httpx.AsyncClient, room: Classroom, there: Elsewhere, package: Package
) -> None:
    student = str(room.people["student"].person.id)
    due = {"due_at": (now() + timedelta(days=9)).isoformat()}
    more = {"more_attempts": 1}
    adjusted = {"points": 1, "reason": "x", "version": 0}
    orders: list[tuple[str, str, str, dict[str, Any]]] = [
        ("owner", "POST", "/grants", {**due, "assignment_id": there.assignment}),
        ("owner", "POST", "/grants", {**more, "person_ids": [student, there.person]}),
        ("owner", "POST", "/grants", {**more, "section_id": there.section}),
        ("owner", "PATCH", f"/grants/{there.grant}", {"more_attempts": 9}),
        ("owner", "DELETE", f"/grants/{there.grant}", {}),
        ("owner", "PATCH", f"/people/{student}", {"section": there.section}),
        ("owner", "PATCH", f"/people/{there.person}", {"role": "grader"}),
        ("owner", "DELETE", f"/sections/{there.section}", {}),
        ("student", "POST", "/regrades", {"problem_id": there.problem, "text": "Why?"}),
        ("grader", "POST", f"/regrades/{there.question}/answer", {"answer": "So."}),
        ("grader", "PUT", f"/gradebook/{there.problem}/{there.person}/adjustment", adjusted),
        ("grader", "PUT", f"/gradebook/{room.problem.id}/{there.person}/adjustment", adjusted),
        ("grader", "PUT", f"/gradebook/{there.problem}/{student}/adjustment", adjusted),
        ("owner", "PUT", f"/gradebook/assignments/{there.assignment}/publication", {}),
        ("owner", "DELETE", f"/gradebook/assignments/{there.assignment}/publication", {}),
        *(
            ("owner", "POST", "/rejudges", {"chosen": chosen, "reason": "x"})
            for chosen in (
                {"assignment_id": there.assignment},
                {"problem_id": there.problem},
                {"section_id": there.section},
                {"person_ids": [student, there.person]},
                {"assignment_id": str(room.assignment.id), "problem_id": there.problem},
            )
        ),
        ("owner", "POST", f"/rejudges/{there.rejudge}/apply", {"fingerprint": "0" * 64}),
        ("owner", "POST", f"/rejudges/{there.rejudge}/discard", {}),
        ("owner", "POST", f"/rejudges/{there.rejudge}/retry", {}),
    ]
    await room.submit("student")
    before = await counts(room.database)
    for who, method, path, body in orders:
        answer = await client.request(
            method, f"{room.url}{path}", json=body, headers=room.headers(who)
        )
        assert answer.status_code in (404, 422), (method, path, body, answer.text)
        if answer.status_code == 422:
            # It was the id that was refused, not how the request is written.
            said = answer.json()
            assert "tudent" in said["detail"] or "this course" in said["detail"], said
    sent = {"problem": package.slug, "source": "x = 1", "assignment_problem": there.problem}
    answer = await client.post("/api/v1/submissions", json=sent, headers=room.headers("student"))
    assert answer.status_code == 404, answer.text
    comments = f"/api/v1/submissions/{there.submission}/comments"
    answer = await client.post(comments, json={"text": "x"}, headers=room.headers("owner"))
    assert answer.status_code == 404
    assert await counts(room.database) == before


async def test_nothing_of_it_is_read(
    client: httpx.AsyncClient, room: Classroom, there: Elsewhere
) -> None:
    """Neither by what is asked for, nor because there is no more to ask for than an id."""
    for path in (
        f"/exports/gradebook.csv?assignment={there.assignment}",
        f"/exports/moodle.xml?assignment={there.assignment}",
        f"/exports/submissions/{there.submission}/results.json",
        f"/gradebook?assignment={there.assignment}",
        f"/gradebook?sort={there.problem}",
        f"/gradebook?section={there.section}",
        f"/gradebook/{there.problem}/{there.person}",
        f"/gradebook/log?student={there.person}",
        f"/gradebook/log?problem={there.problem}",
        f"/gradebook/assignments/{there.assignment}/statistics",
        f"/gradebook/events?assignment={there.assignment}",
        f"/grants?person_id={there.person}",
        f"/grants?assignment_id={there.assignment}",
        f"/grants/{there.grant}",
        f"/people?section={there.section}",
        f"/regrades?problem={there.problem}",
        f"/regrades?after={there.question}",
        f"/regrades/{there.question}",
        f"/rejudges?after={there.rejudge}",
        f"/rejudges/{there.rejudge}/outcome",
        f"/rejudges/outdated?problem_id={there.problem}",
        f"/rejudges/outdated?after={there.submission}",
    ):
        answer = await client.get(f"{room.url}{path}", headers=room.headers("owner"))
        if answer.status_code != 404:
            assert answer.status_code == 200, (path, answer.text)
            found = answer.json()
            assert [*found.get("items", ()), *found.get("students", ())] == [], path
