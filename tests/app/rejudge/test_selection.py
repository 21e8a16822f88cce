"""Which submissions a rejudge judges, and what a dry run says of them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from app.models import Section
from app.rejudge import service
from app.worker import heartbeat
from app.worker.queue import slots_for_all
from tests.app.coursework import enrol, make_assignment, make_course, set_problem
from tests.app.rejudge.conftest import NEWER, Classroom, MakeClassroom, attempts_of

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
MAY = datetime(2026, 5, 1, tzinfo=UTC)


async def chosen(room: Classroom, **choice: Any) -> int:
    """How many submissions a dry run chooses."""
    answer = await room.post(chosen=choice, reason="x", dry_run=True)
    assert answer.status_code == 200, answer.text
    found: int = answer.json()["submissions"]
    return found


class TestChoice:
    """All that is asked for must hold."""

    async def test_by_what_was_judged(self, room: Classroom) -> None:
        await room.submitted(room.ann, 0.25, reason="values")
        await room.submitted(room.ann, 0.5, reason="dtype", package_sha256=NEWER)
        await room.submitted(room.ben, 1.0)
        assert await chosen(room) == 3
        assert await chosen(room, verdicts=["WA"]) == 2
        assert await chosen(room, verdicts=["WA", "AC"]) == 3
        assert await chosen(room, verdicts=["TLE"]) == 0
        assert await chosen(room, reasons=["dtype"]) == 1
        assert await chosen(room, judged_by=NEWER) == 1
        assert await chosen(room, judged_by=room.package.sha256) == 2
        assert await chosen(room, only_counting=True) == 2
        assert await chosen(room, only_counting=True, verdicts=["WA"]) == 1

    async def test_the_version_is_the_reports_where_none_was_meant(self, room: Classroom) -> None:
        report = {"package_sha256": NEWER}
        await room.submitted(room.ann, 0.25, package_sha256=None, report=report)
        assert await chosen(room, judged_by=NEWER) == 1
        assert await chosen(room, judged_by=room.package.sha256) == 0

    async def test_by_whose_and_when(self, room: Classroom) -> None:
        await room.submitted(room.ann, 0.25, at=MAY)
        await room.submitted(room.ben, 0.5, at=MAY + timedelta(days=1))
        async with room.database.session() as session:
            section = Section(id=uuid.uuid4(), course_id=room.course.id, name="Lab")
            session.add(section)
            await session.flush()
            enrolment = await session.merge(room.enrolments["ben"])
            enrolment.section_id = section.id
        assert await chosen(room, section_id=str(section.id)) == 1
        assert await chosen(room, person_ids=[str(room.ann.person.id)]) == 1
        assert await chosen(room, submitted_from="2026-05-01T00:00:00Z") == 2
        assert await chosen(room, submitted_from="2026-05-01T00:00:01Z") == 1
        assert await chosen(room, submitted_until="2026-05-01T02:00:00+02:00") == 1
        assert await chosen(room, submitted_until="0001-01-01T00:00:00+14:00") == 0
        assert await chosen(room, submitted_from="9999-12-31T23:59:59-14:00") == 0

    async def test_by_assignment_and_problem(self, room: Classroom) -> None:
        await room.submitted(room.ann, 0.25)
        async with room.database.session() as session:
            assignment = await make_assignment(session, room.course, title="Second")
            problem = await set_problem(session, assignment, room.package)
        await room.submitted(room.ann, 0.5, problem)
        assert await chosen(room, assignment_id=str(assignment.id)) == 1
        assert await chosen(room, problem_id=str(problem.id)) == 1
        both = {"assignment_id": str(room.assignment.id), "problem_id": str(problem.id)}
        answer = await room.post(chosen=both, reason="x", dry_run=True)
        assert answer.status_code == 422

    async def test_not_what_is_judged_still_nor_what_is_not_the_students(
        self, room: Classroom
    ) -> None:
        await room.submitted(room.ann, None)
        await room.submitted(room.teacher, 0.5)
        async with room.database.session() as session:
            other = await make_course(session)
            await enrol(session, other, room.ann.person)
            assignment = await make_assignment(session, other)
            problem = await set_problem(session, assignment, room.package)
        await room.submitted(room.ann, 0.5, problem)
        assert await chosen(room) == 0

    async def test_what_was_judged_is_what_speaks(self, room: Classroom) -> None:
        submission = await room.submitted(room.ann, 0.25)
        await room.rejudged({submission: 1.0})
        assert (await chosen(room, verdicts=["WA"]), await chosen(room, verdicts=["AC"])) == (1, 0)


class TestDryRun:
    """It says how much there is to judge and how long that takes, and stores nothing."""

    async def test_counts_and_times(self, room: Classroom, count: Callable[[str], int]) -> None:
        for who, seconds in ((room.ann, 2), (room.ann, 4), (room.ben, 6)):
            await room.submitted(
                who,
                0.5,
                started_at=MAY,
                finished_at=MAY + timedelta(seconds=seconds),
            )
        answer = await room.post(reason="x", dry_run=True)
        assert answer.status_code == 200
        document = answer.json()
        assert (document["submissions"], document["students"]) == (3, 2)
        assert (document["judging_seconds"], document["estimated_seconds"]) == (12, None)
        (judge,) = document["judges"]
        assert judge["package_sha256"] == room.package.sha256
        assert judge["version"] == room.package.spec.version
        async with room.database.session() as session:
            for _ in range(2):
                await heartbeat.beat(session, uuid.uuid4(), {})
        slots = 2 * slots_for_all(service.get_settings().worker_concurrency)
        body = {"problem_id": str(room.problem.id)}
        answer = await room.post(chosen=body, package_sha256=NEWER, reason="x", dry_run=True)
        document = answer.json()
        assert document["estimated_seconds"] == pytest.approx(12 / slots)
        assert document["judges"][0]["version"] == "9.0.0"
        assert (count("rejudges"), count("procrastinate_jobs")) == (0, 0)

    async def test_nothing_is_known_of_nothing(self, room: Classroom) -> None:
        document = (await room.post(reason="x", dry_run=True)).json()
        assert document["submissions"] == 0
        assert document["judging_seconds"] is None


class TestRefusals:
    """What cannot be is named, with what would be right."""

    async def test_what_is_not_there(self, room: Classroom, check_problem: CheckProblem) -> None:
        nothing = str(uuid.uuid4())
        for choice, where in (
            ({"section_id": nothing}, "section_id"),
            ({"person_ids": [nothing]}, "person_ids"),
            ({"problem_id": nothing}, "problem_id"),
            ({"assignment_id": nothing}, "problem_id"),
        ):
            answer = await room.post(chosen=choice, reason="x", dry_run=True)
            document = check_problem(answer, 422, "invalid-request")
            assert document["errors"][0]["location"] == f"body.chosen.{where}"

    async def test_versions(self, room: Classroom, check_problem: CheckProblem) -> None:
        answer = await room.post(package_sha256=NEWER, reason="x", dry_run=True)
        assert "choose which" in check_problem(answer, 422, "invalid-request")["detail"]
        here = {"problem_id": str(room.problem.id)}
        answer = await room.post(chosen=here, package_sha256="c" * 64, reason="x", dry_run=True)
        assert "/versions" in check_problem(answer, 422, "invalid-request")["detail"]

    async def test_what_makes_no_sense(self, room: Classroom, check_problem: CheckProblem) -> None:
        await room.submitted(room.ann, 0.25)
        headers = {"Content-Type": "application/json", **room.teacher.headers}
        bodies: list[dict[str, Any]] = [
            {},
            {"reason": ""},
            {"reason": " \n"},
            {"reason": "a\0b"},
            {"reason": "\ud800"},
            {"reason": "x" * 501},
            {"reason": "x", "package_sha256": "b" * 63},
            {"reason": "x", "chosen": {"verdicts": ["AC"] * 9}},
            {"reason": "x", "chosen": {"verdicts": ["XX"]}},
            {"reason": "x", "chosen": {"submitted_from": "2026-05-01T00:00:00"}},
            {"reason": "x", "chosen": {"submitted_from": 1e400}},
            {"reason": "x", "chosen": {"submitted_until": 10**30}},
            {"reason": "x", "chosen": {"person_ids": [str(uuid.uuid4())] * 1001}},
            {"reason": "x", "chosen": {"who": "ann"}},
        ]
        for body in bodies:
            answer = await room.client.post(room.place, content=json.dumps(body), headers=headers)
            check_problem(answer, 422, "invalid-request")

    async def test_too_few_and_too_many(
        self, room: Classroom, check_problem: CheckProblem, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        check_problem(await room.post(reason="x"), 422, "invalid-request")
        for _ in range(2):
            await room.submitted(room.ann, 0.25)
        monkeypatch.setattr(service, "MOST_SUBMISSIONS", 1)
        document = check_problem(await room.post(reason="x"), 422, "invalid-request")
        assert "at most 1" in document["detail"]

    async def test_anonymous_work_is_not_chosen_by_name(
        self, make_classroom: MakeClassroom, check_problem: CheckProblem
    ) -> None:
        room = await make_classroom(anonymous=True)
        await room.submitted(room.ann, 0.25)
        async with room.database.session() as session:
            section = Section(id=uuid.uuid4(), course_id=room.course.id, name="Of one")
            session.add(section)
        for who in ({"person_ids": [str(room.ann.person.id)]}, {"section_id": str(section.id)}):
            answer = await room.post(chosen=who, reason="x", dry_run=True)
            assert "anonymously" in check_problem(answer, 422, "invalid-request")["detail"]
        assert await chosen(room) == 1


class TestQueued:
    """What is created is queued, and does not count."""

    async def test_attempts(self, room: Classroom) -> None:
        first = await room.submitted(room.ann, 0.25)
        here = {"problem_id": str(room.problem.id)}
        answer = await room.post(chosen=here, package_sha256=NEWER, reason="Tolerance.")
        assert answer.status_code == 201
        document = answer.json()
        assert answer.headers["location"] == f"{room.place}/{document['id']}"
        assert document["progress"] == {"total": 1, "judged": 0, "failed": 0}
        assert (document["status"], document["by"]) == ("judging", "teacher")
        assert (document["version"], document["reason"]) == ("9.0.0", "Tolerance.")
        old, new = await attempts_of(room.database, first)
        assert (new.number, new.status, new.counts) == (2, "queued", False)
        assert (new.package_sha256, old.counts) == (NEWER, True)
        assert new.job_id is not None
        assert await room.points() == {"ann": 2.5}
        await room.rejudged()
        assert [each.number for each in await attempts_of(room.database, first)] == [1, 2, 3]

    async def test_by_default_by_what_is_pinned(self, room: Classroom) -> None:
        submission = await room.submitted(room.ann, 0.25)
        async with room.database.session() as session:
            problem = await session.merge(room.problem)
            problem.package_sha256 = NEWER
        await room.rejudged()
        assert (await attempts_of(room.database, submission))[1].package_sha256 == NEWER
