"""A course's grades as files: what is in them, how other systems read them, who may have them."""

from __future__ import annotations

import csv
import io
import math
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.courses.access import in_course
from app.courses.grading import recompute
from app.db.base import now
from app.db.engine import Database
from app.formats.csv_lines import unguarded
from app.gradebook import anonymity, service
from app.gradebook.choosing import Choice
from app.gradebook.exports_schemas import CourseExport
from app.models import (
    Adjustment,
    Assignment,
    Attempt,
    CodeComment,
    Enrolment,
    Person,
    RegradeRequest,
    Section,
    Submission,
)
from app.submissions.documents import storable
from judge.package import Package
from judge.report import ArraySpec, CaseResult, Diff, GroupResult, Report
from judge.verdict import Reason, Verdict, Visibility
from tests.app.coursework import (
    add_attempt,
    add_submission,
    make_assignment,
    make_course,
    set_problem,
)
from tests.app.gradebook.classroom import Classroom, make_classroom
from tests.reports import made_report

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
FILES = ("gradebook.csv", "cases.csv", "canvas.csv", "moodle.csv", "course.json")
HIDDEN = "what-a-hidden-case-printed"


@pytest.fixture
async def room(database: Database, package: Package) -> Classroom:
    """A course."""
    return await make_classroom(database, package)


async def fetch(
    client: httpx.AsyncClient, room: Classroom, name: str, who: str = "observer", **query: Any
) -> str:
    """The text of a file as somebody gets it."""
    answer = await client.get(f"{room.url}/exports/{name}", params=query, headers=room.headers(who))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == f'attachment; filename="layers-autumn-{name}"'
    return answer.content.decode("utf-8")


async def table(
    client: httpx.AsyncClient, room: Classroom, name: str, who: str = "observer", **query: Any
) -> list[list[str]]:
    """A CSV file's cells, texts as they were."""
    text = await fetch(client, room, name, who, **query)
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    return [[unguarded(cell) for cell in row] for row in rows]


async def rename(room: Classroom, who: str, name: str, number: str | None, email: str) -> None:
    """Call a student something else."""
    async with room.database.session() as session:
        person = await session.get_one(Person, room.people[who].person.id)
        person.name, person.email = name, email
        enrolment = await session.get_one(Enrolment, room.enrolments[who].id)
        enrolment.student_number = number


def report() -> Report:
    """A failed report with a case that learners see and one that they do not."""
    spec = ArraySpec(shape=(2,), dtype="float32")

    def diff(margin: float | None) -> Diff:
        return Diff(path="", expected=spec, got=spec, total=2, mismatched=1, margin=margin)

    return made_report(
        problem="zero-last-layer",
        verdict=Verdict.WA,
        reason=Reason.VALUES,
        score=0.5,
        groups=(
            GroupResult(
                name="sample",
                points=1,
                earned=0.5,
                verdict=Verdict.WA,
                visibility=Visibility.FULL,
            ),
        ),
        cases=(
            CaseResult(
                index=0,
                group="sample",
                visibility=Visibility.FULL,
                inputs={},
                verdict=Verdict.AC,
                wall_ms=12.25,
                diffs=(diff(0.25), diff(0.75), diff(None)),
            ),
            CaseResult(
                index=1,
                group="sample",
                visibility=Visibility.VERDICT,
                inputs={},
                verdict=Verdict.WA,
                reason=Reason.VALUES,
                wall_ms=3.0,
                diffs=(diff(math.inf),),
                stdout=HIDDEN,
            ),
            CaseResult(
                index=2, group="sample", visibility=Visibility.FULL, inputs={}, verdict=None
            ),
        ),
    )


async def judged(room: Classroom, who: str = "student") -> Submission:
    """A submission with that report, and another attempt of it that does not count."""
    submission = await room.submit(who, 0.5)
    async with room.database.session() as session:
        attempt = (
            await session.scalars(select(Attempt).where(Attempt.submission_id == submission.id))
        ).one()
        attempt.report = storable(report())
        attempt.reason = Reason.VALUES.value
        other = await add_attempt(session, submission, 1.0, number=2, counts=False)
        other.report = storable(report())
        await recompute(session, room.course.id)
    return submission


class TestWhoMay:
    """Those who read everybody's work and grades, and nobody else."""

    async def test_roles(
        self, client: httpx.AsyncClient, room: Classroom, check_problem: CheckProblem
    ) -> None:
        submission = await judged(room)
        await room.publish()
        xml = f"moodle.xml?assignment={room.assignment.id}"
        results = f"submissions/{submission.id}/results.json"
        for name in (*FILES, xml, results):
            place = f"{room.url}/exports/{name}"
            for who in ("observer", "grader", "instructor", "owner", "admin"):
                answer = await client.get(place, headers=room.headers(who))
                assert answer.status_code == 200, (name, who, answer.text)
            check_problem(
                await client.get(place, headers=room.headers("student")), 403, "forbidden"
            )
            check_problem(
                await client.get(place, headers=room.headers("stranger")), 404, "not-found"
            )

    async def test_nothing_of_another_course(
        self,
        client: httpx.AsyncClient,
        room: Classroom,
        package: Package,
        database: Database,
        check_problem: CheckProblem,
    ) -> None:
        submission = await judged(room)
        async with database.session() as session:
            other = await make_assignment(session, room.course, title="Other")
            other_problem = await set_problem(session, other, package)
            elsewhere = await session.get_one(Assignment, other.id)
            course = await make_course(session)
            elsewhere.course_id = course.id
            sent = await add_submission(
                session, room.people["student"].person.id, other_problem, 1.0
            )
        assert str(sent.id) not in await fetch(client, room, "cases.csv")
        assert str(sent.id) not in await fetch(client, room, "course.json")
        for name in ("gradebook.csv", "cases.csv", "canvas.csv", "moodle.csv", "moodle.xml"):
            for assignment in (other.id, uuid.uuid4()):
                answer = await client.get(
                    f"{room.url}/exports/{name}",
                    params={"assignment": str(assignment)},
                    headers=room.headers("owner"),
                )
                check_problem(answer, 404, "not-found")
        answer = await client.get(
            f"{room.url}/exports/submissions/{sent.id}/results.json", headers=room.headers("admin")
        )
        check_problem(answer, 404, "not-found")
        assert submission.id != sent.id


class TestGradebook:
    """GET …/exports/gradebook.csv."""

    async def test_says_what_the_gradebook_says(
        self, client: httpx.AsyncClient, room: Classroom, package: Package
    ) -> None:
        await rename(room, "student", 'Zoë "Z", née\n=Müller', "=0042", "+zoe@example.com")
        await rename(room, "other", "@import", None, "other@example.com")
        async with room.database.session() as session:
            section = Section(course_id=room.course.id, name="-Lab 1")
            session.add(section)
            await session.flush()
            (
                await session.get_one(Enrolment, room.enrolments["student"].id)
            ).section_id = section.id
            second = await make_assignment(session, room.course, position=1, title="First steps")
            problem = await set_problem(session, second, package, points=1 / 3)
            await add_submission(session, room.people["student"].person.id, problem, 0.7)
            await add_submission(session, room.people["student"].person.id, room.problem, 0.1)
            session.add(
                Adjustment(
                    problem_id=problem.id,
                    person_id=room.people["other"].person.id,
                    points=0,
                    reason="x",
                )
            )
            await recompute(session, room.course.id)
        header, *rows = await table(client, room, "gradebook.csv")
        assert header[:5] == ["Id", "Name", "Student number", "E-mail", "Section"]
        assert len(set(header)) == len(header) == 10
        assert header[5].endswith("(10)")
        assert header[7].endswith("(0.3333)")
        assert header[9] == "Total (10.3333)"
        assert header[5].startswith("First steps: ")
        async with room.database.session() as session:
            who = await in_course(session, room.people["observer"].person, room.course.id)
            view = await service.view(
                session, who, None, Choice(), reveal=False, offset=0, limit=2000
            )
        assert [row[:5] for row in rows] == [
            [str(each.id), each.name, each.number or "", each.email or "", each.section or ""]
            for each in view.students
        ]
        assert rows[1][1:5] == ['Zoë "Z", née\n=Müller', "=0042", "+zoe@example.com", "-Lab 1"]
        for place, column in enumerate(view.columns):
            cells = [row[5 + 2 * place] for row in rows]
            assert [float(cell) if cell else None for cell in cells] == list(column.points)
        by_name = {row[1]: row[5:] for row in rows}
        assert by_name["@import"] == ["", "", "0", "0", "0"]
        assert by_name['Zoë "Z", née\n=Müller'] == ["1", "1", "0.2333", "0.2333", "1.2333"]

    async def test_is_safe_to_open(self, client: httpx.AsyncClient, room: Classroom) -> None:
        await rename(room, "student", "=cmd|'/C calc'!A0", "-1", "@x@example.com")
        text = await fetch(client, room, "gradebook.csv")
        assert ",'=cmd|'/C calc'!A0,'-1,'@x@example.com," in text
        assert text.endswith("\r\n")

    async def test_begins_with_a_mark_where_asked(
        self, client: httpx.AsyncClient, room: Classroom
    ) -> None:
        plain = await fetch(client, room, "gradebook.csv")
        marked = await fetch(client, room, "gradebook.csv", bom=True)
        assert marked == "\ufeff" + plain
        assert not plain.startswith("\ufeff")

    async def test_an_empty_course(self, client: httpx.AsyncClient, room: Classroom) -> None:
        async with room.database.session() as session:
            await session.delete(await session.get_one(Assignment, room.assignment.id))
        header, *rows = await table(client, room, "gradebook.csv")
        assert header[5:] == ["Total (0)"]
        assert [row[5:] for row in rows] == [[""], [""]]


class TestAnonymous:
    """Who grades anonymously reads pseudonyms in every file, until grades are published."""

    async def test_pseudonyms(
        self, client: httpx.AsyncClient, room: Classroom, check_problem: CheckProblem
    ) -> None:
        await rename(room, "student", "Ann Secret", "0042", "secret@example.com")
        await room.change(anonymous=True)
        await judged(room)
        person = room.people["student"].person
        pseudonym = anonymity.pseudonym(room.assignment, person.id)
        name = anonymity.pseudonym_name(pseudonym)
        secrets = ("Secret", "0042", "secret@", str(person.id))
        one = {"assignment": str(room.assignment.id)}
        for file in ("gradebook.csv", "cases.csv"):
            answer = await client.get(
                f"{room.url}/exports/{file}", params=one, headers=room.headers("owner")
            )
            assert name in answer.text
            assert str(pseudonym) in answer.text
            assert not [word for word in secrets if word in answer.text]
        # Beside others, its points are in no row that has a name.
        header, *_ = await table(client, room, "gradebook.csv")
        assert header[5:] == ["Total (0)"]
        assert name in await fetch(client, room, "cases.csv")
        document = CourseExport.model_validate_json(await fetch(client, room, "course.json"))
        (assignment,) = document.assignments
        assert assignment.names_hidden
        assert [each.student_id for each in assignment.grades] == [pseudonym]
        assert [each.student_id for each in document.submissions] == [pseudonym]
        for file in ("canvas.csv", "moodle.csv", "moodle.xml"):
            place = f"{room.url}/exports/{file}"
            answer = await client.get(place, params=one, headers=room.headers("owner"))
            check_problem(answer, 403, "forbidden")
            asked = {**one, "reveal": True}
            answer = await client.get(place, params=asked, headers=room.headers("grader"))
            check_problem(answer, 403, "forbidden")
            answer = await client.get(place, params=asked, headers=room.headers("owner"))
            assert "0042" in answer.text
        await room.publish()
        text = await fetch(client, room, "cases.csv")
        assert all(word in text for word in secrets)


class TestCanvas:
    """GET …/exports/canvas.csv."""

    async def test_has_the_columns_and_rows_that_canvas_looks_for(
        self, client: httpx.AsyncClient, room: Classroom, package: Package
    ) -> None:
        await rename(room, "student", "Ann, A.", "0042", "ann@example.com")
        async with room.database.session() as session:
            await make_assignment(session, room.course, position=1, title="First steps")
        await judged(room)
        header, points, *rows = await table(client, room, "canvas.csv")
        assert header == [
            *("Student", "ID", "SIS User ID", "SIS Login ID", "Section"),
            *("First steps", "First steps [2]"),
        ]
        assert points == ["    Points Possible", "", "", "", "", "10", "0"]
        assert rows == [
            ["Ann, A.", "", "0042", "ann@example.com", "", "5", ""],
            ["the other", "", "", "", "", "", ""],
        ]

    async def test_no_column_is_there_twice(
        self, client: httpx.AsyncClient, room: Classroom
    ) -> None:
        async with room.database.session() as session:
            for place, title in enumerate(("First steps", "First steps [2]", "ID", "Full name"), 1):
                await make_assignment(session, room.course, position=place, title=title)
        for name in ("canvas.csv", "moodle.csv", "gradebook.csv"):
            header, *_ = await table(client, room, name)
            assert len(set(header)) == len(header), header
        assert header[0] == "Id"
        header, *_ = await table(client, room, "canvas.csv")
        assert header[5:] == [
            *("First steps", "First steps [2]", "First steps [2] [2]", "ID [2]", "Full name")
        ]


class TestMoodle:
    """GET …/exports/moodle.csv and moodle.xml."""

    async def test_csv(self, client: httpx.AsyncClient, room: Classroom) -> None:
        await rename(room, "student", "Ann", "0042", "ann@example.com")
        await judged(room)
        assert await table(client, room, "moodle.csv") == [
            ["Full name", "ID number", "Email address", "First steps"],
            ["Ann", "0042", "ann@example.com", "5"],
            ["the other", "", "", ""],
        ]

    async def test_xml(self, client: httpx.AsyncClient, room: Classroom) -> None:
        await rename(room, "student", "Ann", "<42>&\ufffe", "ann@example.com")
        await judged(room)
        await judged(room, "other")
        asked = {"assignment": str(room.assignment.id), "item": "a<b"}
        answer = await client.get(
            f"{room.url}/exports/moodle.xml", params=asked, headers=room.headers("observer")
        )
        assert answer.headers["content-type"] == "application/xml"
        root = ET.fromstring(answer.content)
        # Who has no number cannot be found there.
        assert [{part.tag: part.text for part in each} for each in root.findall("result")] == [
            {"assignment": "a<b", "student": "<42>&\ufffd", "score": "5"}
        ]

    @pytest.mark.parametrize("query", [{}, {"assignment": "x"}, {"item": ""}])
    async def test_xml_is_of_one_assignment(
        self,
        client: httpx.AsyncClient,
        room: Classroom,
        check_problem: CheckProblem,
        query: dict[str, str],
    ) -> None:
        answer = await client.get(
            f"{room.url}/exports/moodle.xml", params=query, headers=room.headers("observer")
        )
        check_problem(answer, 422, "invalid-request")


class TestCases:
    """GET …/exports/cases.csv."""

    async def test_a_row_a_case(self, client: httpx.AsyncClient, room: Classroom) -> None:
        await rename(room, "student", "Ann", "0042", "ann@example.com")
        submission = await judged(room)
        await room.submit("other", None)
        header, *rows = await table(client, room, "cases.csv")
        found = [dict(zip(header, row, strict=True)) for row in rows]
        assert [(row["Attempt"], row["Counts"], row["Case"]) for row in found] == [
            *(("1", "yes", "0"), ("1", "yes", "1"), ("1", "yes", "2")),
            *(("2", "no", "0"), ("2", "no", "1"), ("2", "no", "2")),
        ]
        passed, failed, not_run = found[:3]
        assert passed["Submission"] == str(submission.id)
        assert (passed["Student"], passed["Student number"]) == ("Ann", "0042")
        assert (passed["Attempt verdict"], passed["Attempt reason"]) == ("WA", "values")
        assert (passed["Verdict"], passed["Reason"]) == ("AC", "")
        # Numbers are exact, and the margin is the largest.
        assert (passed["Margin"], passed["Milliseconds"]) == ("0.75", "12.25")
        assert (failed["Verdict"], failed["Reason"]) == ("WA", "values")
        assert (failed["Margin"], failed["Milliseconds"]) == ("Infinity", "3")
        assert (not_run["Verdict"], not_run["Margin"], not_run["Milliseconds"]) == ("", "", "")

    async def test_many_come_a_part_at_a_time(
        self,
        client: httpx.AsyncClient,
        room: Classroom,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("app.gradebook.exports_cases.SUBMISSIONS_AT_ONCE", 2)
        monkeypatch.setattr("app.gradebook.exports_course.SUBMISSIONS_AT_ONCE", 2)
        sent = [str((await judged(room)).id) for _ in range(5)]
        _, *rows = await table(client, room, "cases.csv")
        assert [row[7] for row in rows] == [each for each in sent for _ in range(6)]
        document = CourseExport.model_validate_json(await fetch(client, room, "course.json"))
        assert [str(each.id) for each in document.submissions] == sent


class TestCourse:
    """GET …/exports/course.json."""

    async def test_has_everything(self, client: httpx.AsyncClient, room: Classroom) -> None:
        submission = await judged(room)
        student, grader = room.people["student"].person, room.people["grader"].person
        async with room.database.session() as session:
            session.add_all(
                (
                    CodeComment(
                        submission_id=submission.id, author_id=grader.id, line=1, text="Well."
                    ),
                    RegradeRequest(problem_id=room.problem.id, person_id=student.id, text="Why?"),
                    Adjustment(
                        problem_id=room.problem.id,
                        person_id=student.id,
                        points=7.5,
                        reason="Kind.",
                        by_id=grader.id,
                    ),
                )
            )
        before = now()
        document = CourseExport.model_validate_json(await fetch(client, room, "course.json"))
        assert document.exported_at >= before
        assert document.course.title == room.course.title
        assert {each.name for each in document.people} == {f"the {who}" for who in room.enrolments}
        (assignment,) = document.assignments
        (grade,) = assignment.grades
        assert (grade.points, grade.earned, grade.score) == (7.5, 5.0, 0.5)
        assert grade.adjustment is not None
        assert grade.adjustment.by == grader.id
        (sent,) = document.submissions
        assert (sent.student_id, sent.source) == (student.id, None)
        assert [(each.number, each.counts, each.report) for each in sent.attempts] == [
            (1, True, None),
            (2, False, None),
        ]
        assert [each.text for each in sent.comments] == ["Well."]
        assert [each.text for each in document.regrade_requests] == ["Why?"]
        whole = await fetch(client, room, "course.json", sources=True, reports=True)
        (sent,) = CourseExport.model_validate_json(whole).submissions
        assert sent.source == "x = 1\n"
        assert sent.attempts[0].report == storable(report())

    async def test_an_empty_course(self, client: httpx.AsyncClient, room: Classroom) -> None:
        async with room.database.session() as session:
            await session.delete(await session.get_one(Assignment, room.assignment.id))
        document = CourseExport.model_validate_json(await fetch(client, room, "course.json"))
        assert (document.assignments, document.submissions, document.log) == ((), (), ())


class TestResults:
    """GET …/exports/submissions/{id}/results.json."""

    async def test_is_what_the_learner_may_see(
        self, client: httpx.AsyncClient, room: Classroom
    ) -> None:
        submission = await judged(room)
        place = f"{room.url}/exports/submissions/{submission.id}/results.json"
        answer = await client.get(place, headers=room.headers("observer"))
        assert answer.headers["content-disposition"] == 'attachment; filename="results.json"'
        document = answer.json()
        assert document["score"] == 50
        assert document["tests"][0]["name"] == "sample"
        assert HIDDEN not in answer.text

    async def test_is_hidden_there_as_long_as_here(
        self, client: httpx.AsyncClient, room: Classroom
    ) -> None:
        submission = await judged(room)
        place = f"{room.url}/exports/submissions/{submission.id}/results.json"

        async def hidden_until(**fields: Any) -> set[str]:
            await room.change(**fields)
            document = (await client.get(place, headers=room.headers("grader"))).json()
            return {each["visibility"] for each in (document, *document["tests"])}

        due = {"feedback": "after_due", "due_at": now() + timedelta(days=1)}
        assert await hidden_until() == {"after_published"}
        assert await hidden_until(published_at=now()) == {"visible"}
        assert await hidden_until(published_at=None, **due) == {"after_due_date"}
        assert await hidden_until(due_at=now() - timedelta(days=1)) == {"visible"}

    async def test_not_before_it_is_judged(
        self, client: httpx.AsyncClient, room: Classroom, check_problem: CheckProblem
    ) -> None:
        submission = await room.submit("student", None)
        place = f"{room.url}/exports/submissions/{submission.id}/results.json"
        answer = await client.get(place, headers=room.headers("observer"))
        assert "judged still" in check_problem(answer, 404, "not-found")["detail"]
