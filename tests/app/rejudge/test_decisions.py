"""What a rejudge would change, and what it changes once it is applied: exactly that, or nothing."""

from __future__ import annotations

import asyncio
import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update

from app.courses.rules import AssignmentRules, Counts, LatePolicy, Window
from app.db.base import now
from app.models import (
    Adjustment,
    Attempt,
    Course,
    CourseRole,
    Enrolment,
    Feedback,
    GradeChange,
    Notice,
)
from tests.app.coursework import make_assignment, set_problem
from tests.app.rejudge.conftest import Classroom, MakeClassroom, attempts_of

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
DUE = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)
TENTH_A_DAY = AssignmentRules(
    window=Window(due_at=DUE, late_until=DUE + 10 * DAY), late=LatePolicy(percent_per_day=10)
)


def rows_of(outcome: dict[str, Any]) -> dict[str, tuple[float, float]]:
    """By student: points before and after."""
    return {
        row["student"]: (row["before"]["points"], row["after"]["points"]) for row in outcome["rows"]
    }


class TestOutcome:
    """Grades as they would be, by the rules, beside what they are."""

    async def test_who_gains_and_who_loses(self, room: Classroom) -> None:
        anns = await room.submitted(room.ann, 0.5)
        bens = await room.submitted(room.ben, 1.0)
        rejudge = await room.rejudged({anns: 1.0, bens: 0.75})
        outcome = await room.get(f"/{rejudge}/outcome")
        assert rows_of(outcome) == {"ann": (5.0, 10.0), "ben": (10.0, 7.5)}
        assert (outcome["gain"], outcome["lose"], outcome["same"]) == (1, 1, 0)
        assert (outcome["change"], outcome["complete"]) == (2.5, True)
        loser, gainer = outcome["rows"]
        assert (loser["student"], loser["change"], gainer["change"]) == ("ben", -2.5, 5.0)
        assert (gainer["before"]["verdict"], gainer["after"]["verdict"]) == ("WA", "AC")
        assert gainer["after"]["submission_id"] == str(anns)
        assert await room.points() == {"ann": 5.0, "ben": 10.0}
        detail = await room.get(f"/{rejudge}")
        assert detail["status"] == "ready"
        assert detail["progress"] == {"total": 2, "judged": 2, "failed": 0}

    async def test_the_best_after_its_penalty_counts(self, make_classroom: MakeClassroom) -> None:
        room = await make_classroom(TENTH_A_DAY)
        on_time = await room.submitted(room.ann, 0.5, at=DUE)
        late = await room.submitted(room.ann, 0.4, at=DUE + 2 * DAY)
        rejudge = await room.rejudged({on_time: 0.5, late: 1.0})
        (row,) = (await room.get(f"/{rejudge}/outcome"))["rows"]
        assert (row["before"]["submission_id"], row["before"]["points"]) == (str(on_time), 5.0)
        assert (row["after"]["submission_id"], row["after"]["points"]) == (str(late), 8.0)
        assert (row["after"]["days_late"], row["after"]["kept"]) == (2, 0.8)

    async def test_the_last_counts_whatever_an_earlier_one_becomes(
        self, make_classroom: MakeClassroom
    ) -> None:
        room = await make_classroom(AssignmentRules(counts=Counts.LAST))
        first = await room.submitted(room.ann, 0.5, at=DUE)
        last = await room.submitted(room.ann, 0.25, at=DUE + DAY)
        rejudge = await room.rejudged({first: 1.0, last: 0.25})
        assert rows_of(await room.get(f"/{rejudge}/outcome")) == {"ann": (2.5, 2.5)}

    async def test_late_days_move_to_where_they_earn_more(
        self, make_classroom: MakeClassroom
    ) -> None:
        """What is rejudged in one assignment can take a late day from another: told there too."""
        room = await make_classroom(TENTH_A_DAY, late_days=1)
        first = await room.submitted(room.ann, 0.0, at=DUE + DAY)
        async with room.database.session() as session:
            later = TENTH_A_DAY.model_copy(
                update={"window": Window(due_at=DUE + 30 * DAY, late_until=DUE + 40 * DAY)}
            )
            second = await make_assignment(session, room.course, later, title="Second", position=1)
            problem = await set_problem(session, second, room.package)
        await room.submitted(room.ann, 1.0, problem, at=DUE + 31 * DAY)
        rejudge = await room.rejudged(
            {first: 0.5}, chosen={"assignment_id": str(room.assignment.id)}
        )
        rows = (await room.get(f"/{rejudge}/outcome"))["rows"]
        found = [
            (row["assignment"], row["before"]["points"], row["after"]["points"]) for row in rows
        ]
        assert found == [("Second", 10.0, 9.0), ("First steps", 0.0, 5.0)]
        kept = await room.get(f"/{rejudge}/outcome", nobody_loses=True)
        assert (kept["lose"], kept["gain"]) == (0, 0)
        assert (await room.apply(rejudge)).status_code == 200
        async with room.database.session() as session:
            points = text("SELECT points FROM grades ORDER BY points")
            assert list((await session.execute(points)).scalars()) == [5.0, 9.0]

    async def test_points_set_by_hand_stay(self, room: Classroom) -> None:
        submission = await room.submitted(room.ann, 0.5)
        async with room.database.session() as session:
            session.add(
                Adjustment(
                    problem_id=room.problem.id,
                    person_id=room.ann.person.id,
                    points=7.0,
                    reason="Talked about it.",
                )
            )
        rejudge = await room.rejudged({submission: 0.0})
        outcome = await room.get(f"/{rejudge}/outcome")
        (row,) = outcome["rows"]
        assert (row["before"]["points"], row["after"]["points"], row["change"]) == (7.0, 7.0, 0)
        assert (row["before"]["earned"], row["after"]["earned"]) == (5.0, 0.0)
        assert (outcome["lose"], outcome["same"]) == (0, 1)
        assert (await room.apply(rejudge)).status_code == 200
        assert await log_of(room) == []

    async def test_a_judge_error_changes_nothing_and_can_be_tried_again(
        self, room: Classroom, check_problem: CheckProblem
    ) -> None:
        submission = await room.submitted(room.ann, 0.5)
        rejudge = await room.rejudged({submission: "IE"})
        detail = await room.get(f"/{rejudge}")
        assert detail["progress"] == {"total": 1, "judged": 1, "failed": 1}
        (failure,) = detail["failures"]
        assert (failure["student"], failure["attempt"]) == ("ann", 2)
        assert "out of memory" in failure["message"]
        assert (await room.get(f"/{rejudge}/outcome"))["rows"] == []
        again = await room.post(f"/{rejudge}/retry")
        assert again.json()["progress"] == {"total": 1, "judged": 0, "failed": 0}
        await room.judge(rejudge, {submission: 1.0})
        assert rows_of(await room.get(f"/{rejudge}/outcome")) == {"ann": (5.0, 10.0)}
        check_problem(await room.post(f"/{rejudge}/retry"), 422, "invalid-request")
        assert (await room.apply(rejudge)).status_code == 200
        counted = [each.counts for each in await attempts_of(room.database, submission)]
        assert counted == [True, False, True]

    async def test_a_failed_first_judging_is_made_good(self, room: Classroom) -> None:
        submission = await room.submitted(room.ann, 0.0)
        async with room.database.session() as session:
            await session.execute(update(Attempt).values(verdict="IE"))
        rejudge = await room.rejudged({submission: 1.0}, chosen={"verdicts": ["IE"]})
        assert (await room.apply(rejudge)).status_code == 200
        assert await room.points() == {"ann": 10.0}

    async def test_anonymous_students_stay_so(self, make_classroom: MakeClassroom) -> None:
        room = await make_classroom(anonymous=True)
        submission = await room.submitted(room.ann, 0.5)
        rejudge = await room.rejudged({submission: "IE"})
        detail = await room.get(f"/{rejudge}")
        await room.post(f"/{rejudge}/retry")
        await room.judge(rejudge, {submission: 1.0})
        outcome = await room.get(f"/{rejudge}/outcome")
        for document in (detail, outcome):
            assert "ann" not in str(document)
            assert str(room.ann.person.id) not in str(document)
        (row,) = outcome["rows"]
        assert row["student"].startswith("Student ")
        # Nor can who reads it find out by trying: all else that goes into the hash is there.
        for person in (room.ann.person, room.ben.person):
            told = [row["problem_id"], str(person.id), row["before"], row["after"], False]
            document = json.dumps([rejudge, False, [told]])
            assert hashlib.sha256(document.encode()).hexdigest() != outcome["fingerprint"]


class TestApply:
    """All at once: attempts, grades, the log and what students are told."""

    async def test_counts_is_logged_and_is_told(
        self, room: Classroom, check_problem: CheckProblem
    ) -> None:
        anns = await room.submitted(room.ann, 0.5)
        bens = await room.submitted(room.ben, 1.0)
        rejudge = await room.rejudged({anns: 1.0, bens: 1.0})
        answer = await room.apply(rejudge)
        assert answer.status_code == 200
        assert (answer.json()["status"], answer.json()["decided_at"] is None) == ("applied", False)
        assert await room.points() == {"ann": 10.0, "ben": 10.0}
        assert [each.counts for each in await attempts_of(room.database, anns)] == [True, True]
        (entry,) = await log_of(room)
        async with room.database.session() as session:
            (notice,) = (await session.execute(select(Notice))).scalars()
        assert (entry.kind, entry.points_before, entry.points_after) == ("rejudged", 5.0, 10.0)
        assert (entry.person_id, entry.actor_id) == (room.ann.person.id, room.teacher.person.id)
        assert entry.reason == "The tolerance was too low."
        assert (entry.details["rejudge_id"], entry.details["after"]["verdict"]) == (rejudge, "AC")
        assert notice.person_id == room.ann.person.id
        for told in ("5 → 10 of 10", "The tolerance was too low.", "First steps"):
            assert told in notice.text
        assert notice.link == f"/courses/{room.course.id}/grades"
        again = await room.post(f"/{rejudge}/apply", fingerprint="a" * 64)
        check_problem(again, 409, "already-decided")
        check_problem(await room.post(f"/{rejudge}/discard"), 409, "already-decided")
        check_problem(await room.post(f"/{rejudge}/retry"), 409, "already-decided")
        told = await room.get(f"/{rejudge}/outcome")
        assert (rows_of(told), told["fingerprint"]) == ({"ann": (5.0, 10.0)}, None)
        assert (told["gain"], told["lose"], told["change"]) == (1, 0, 5.0)

    async def test_nobody_loses(self, room: Classroom) -> None:
        anns = await room.submitted(room.ann, 0.5)
        bens = await room.submitted(room.ben, 1.0)
        rejudge = await room.rejudged({anns: 1.0, bens: 0.25})
        outcome = await room.get(f"/{rejudge}/outcome", nobody_loses=True)
        assert rows_of(outcome) == {"ann": (5.0, 10.0), "ben": (10.0, 10.0)}
        left_out = {row["student"]: row["left_out"] for row in outcome["rows"]}
        assert left_out == {"ann": False, "ben": True}
        everything = await room.get(f"/{rejudge}/outcome")
        assert everything["fingerprint"] != outcome["fingerprint"]
        assert (await room.apply(rejudge, nobody_loses=True)).status_code == 200
        assert await room.points() == {"ann": 10.0, "ben": 10.0}
        assert [each.counts for each in await attempts_of(room.database, bens)] == [True, False]

    @pytest.mark.timeout(20)
    @pytest.mark.parametrize("nobody_loses", [False, True])
    async def test_who_is_a_student_no_more_is_passed_over(
        self, room: Classroom, nobody_loses: bool
    ) -> None:
        anns = await room.submitted(room.ann, 1.0)
        bens = await room.submitted(room.ben, 0.5)
        rejudge = await room.rejudged({anns: 0.25, bens: 1.0})
        async with room.database.session() as session:
            enrolment = room.enrolments[room.ann.person.name]
            changed = update(Enrolment).where(Enrolment.id == enrolment.id)
            await session.execute(changed.values(role=CourseRole.GRADER.value))
        # Nothing computes a grader's grades: without the rejudge they would be none as well.
        outcome = await room.get(f"/{rejudge}/outcome", nobody_loses=nobody_loses)
        assert rows_of(outcome) == {"ben": (5.0, 10.0)}
        assert (await room.apply(rejudge, nobody_loses=nobody_loses)).status_code == 200
        assert await room.points() == {"ann": 10.0, "ben": 10.0}
        assert [each.counts for each in await attempts_of(room.database, anns)] == [True, False]

    async def test_not_while_it_is_judged(
        self, room: Classroom, check_problem: CheckProblem
    ) -> None:
        first = await room.submitted(room.ann, 0.5)
        await room.submitted(room.ben, 0.5)
        rejudge = await room.rejudged({first: 1.0})
        outcome = await room.get(f"/{rejudge}/outcome")
        assert (outcome["complete"], rows_of(outcome)) == (False, {"ann": (5.0, 10.0)})
        document = check_problem(await room.apply(rejudge), 409, "still-judging")
        assert document["detail"].startswith("1 of 2 submissions are judged.")
        assert await room.points() == {"ann": 5.0, "ben": 5.0}

    async def test_only_what_was_shown(self, room: Classroom, check_problem: CheckProblem) -> None:
        first = await room.submitted(room.ann, 0.5)
        rejudge = await room.rejudged({first: 0.75})
        shown = (await room.get(f"/{rejudge}/outcome"))["fingerprint"]
        await room.submitted(room.ann, 1.0)
        document = check_problem(
            await room.apply(rejudge, fingerprint=shown), 409, "outcome-changed"
        )
        assert rows_of(document["outcome"]) == {"ann": (10.0, 10.0)}
        assert await room.points() == {"ann": 10.0}
        fresh = document["outcome"]["fingerprint"]
        assert (await room.apply(rejudge, fingerprint=fresh)).status_code == 200

    async def test_two_at_once_apply_once(self, room: Classroom) -> None:
        submission = await room.submitted(room.ann, 0.5)
        rejudge = await room.rejudged({submission: 1.0})
        shown = (await room.get(f"/{rejudge}/outcome"))["fingerprint"]
        answers = await asyncio.gather(
            *(room.apply(rejudge, fingerprint=shown) for _ in range(3)),
            room.post(f"/{rejudge}/discard"),
        )
        assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
        entries = await log_of(room)
        applied = (await room.get(f"/{rejudge}"))["status"] == "applied"
        assert (len(entries), await room.points()) == (
            (1, {"ann": 10.0}) if applied else (0, {"ann": 5.0})
        )

    async def test_the_course_is_deleted_meanwhile(
        self, room: Classroom, check_problem: CheckProblem, app: Any
    ) -> None:
        submission = await room.submitted(room.ann, 0.5)
        rejudge = await room.rejudged({submission: 1.0})
        shown = (await room.get(f"/{rejudge}/outcome"))["fingerprint"]
        async with room.database.session() as session:
            await session.execute(delete(Course).where(Course.id == room.course.id))
            applying = asyncio.create_task(room.apply(rejudge, fingerprint=shown))
            # Until it waits for the deletion to be committed.
            while not await _somebody_waits(session):  # noqa: ASYNC110
                await asyncio.sleep(0)
        check_problem(await applying, 404, "not-found")
        assert [each.rejudge_id for each in await attempts_of(room.database, submission)] == [
            None,
            None,
        ]

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"feedback": Feedback.AFTER_PUBLISHING.value}, False),
            ({"feedback": Feedback.AFTER_PUBLISHING.value, "published_at": now()}, True),
            ({"listed": False}, False),
        ],
    )
    async def test_nobody_is_told_of_points_that_they_do_not_see(
        self, fields: dict[str, Any], told: bool, make_classroom: MakeClassroom
    ) -> None:
        room = await make_classroom(**fields)
        submission = await room.submitted(room.ann, 0.5)
        rejudge = await room.rejudged({submission: 1.0})
        assert (await room.apply(rejudge)).status_code == 200
        async with room.database.session() as session:
            assert len((await session.execute(select(Notice))).all()) == told
        assert len(await log_of(room)) == 1

    async def test_who_has_left_gets_the_points_and_is_told_nothing(self, room: Classroom) -> None:
        submission = await room.submitted(room.ann, 0.5)
        rejudge = await room.rejudged({submission: 1.0})
        left = update(Enrolment).where(Enrolment.person_id == room.ann.person.id)
        async with room.database.session() as session:
            await session.execute(left.values(left_at=now()))
        assert (await room.apply(rejudge)).status_code == 200
        assert await room.points() == {"ann": 10.0}
        async with room.database.session() as session:
            assert (await session.execute(select(Notice))).all() == []

    async def test_of_two_rejudges_the_later_attempt_speaks(self, room: Classroom) -> None:
        submission = await room.submitted(room.ann, 0.5)
        first = await room.rejudged({submission: 0.25})
        second = await room.rejudged({submission: 1.0})
        assert (await room.apply(second)).status_code == 200
        assert rows_of(await room.get(f"/{first}/outcome")) == {"ann": (10.0, 10.0)}
        assert (await room.apply(first)).status_code == 200
        assert await room.points() == {"ann": 10.0}


class TestDiscard:
    """Nothing changes, and what nobody has begun is not judged."""

    async def test_while_judging(
        self, room: Classroom, count: Callable[[str], int], check_problem: CheckProblem
    ) -> None:
        anns = await room.submitted(room.ann, 0.5)
        bens = await room.submitted(room.ben, 0.5)
        rejudge = await room.rejudged({anns: 1.0})
        assert count("procrastinate_jobs") == 2
        async with room.database.session() as session:
            await session.execute(
                text(
                    "UPDATE procrastinate_jobs SET status = 'doing' WHERE id ="
                    " (SELECT job_id FROM attempts WHERE status = 'done' AND number = 2)"
                )
            )
        answer = await room.post(f"/{rejudge}/discard")
        assert (answer.status_code, answer.json()["status"]) == (200, "discarded")
        place = f"{room.place}/{rejudge}/outcome"
        shown = await room.client.get(place, headers=room.teacher.headers)
        check_problem(shown, 409, "already-decided")
        assert await room.points() == {"ann": 5.0, "ben": 5.0}
        assert [each.verdict for each in await attempts_of(room.database, anns)] == ["WA", "AC"]
        assert [each.verdict for each in await attempts_of(room.database, bens)] == ["WA"]
        assert count("procrastinate_jobs") == 1
        assert (count("notices"), await log_of(room)) == (0, [])


STEPS = st.sampled_from([0.0, 0.25, 0.5, 1.0])
WORK = st.lists(
    st.tuples(st.booleans(), STEPS, st.one_of(STEPS, st.just("IE")), st.integers(-2, 4)),
    min_size=1,
    max_size=6,
)


class TestAgainstThePlainRule:
    """Whatever was submitted and becomes of it: what is shown is what is applied."""

    @settings(
        max_examples=12,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(WORK, st.sampled_from(Counts), st.booleans(), st.integers(0, 2))
    async def test_shown_is_applied(
        self,
        make_classroom: MakeClassroom,
        work: list[tuple[bool, float, float | str, int]],
        counts: Counts,
        nobody_loses: bool,
        late_days: int,
    ) -> None:
        rules = TENTH_A_DAY.model_copy(update={"counts": counts})
        room = await make_classroom(rules, late_days=late_days)
        becomes: dict[uuid.UUID, float | str] = {}
        for number, (by_ann, score, again, days) in enumerate(work):
            who = room.ann if by_ann else room.ben
            at = DUE + days * DAY + timedelta(minutes=number)
            becomes[await room.submitted(who, score, at=at)] = again
        before = await room.points()
        rejudge = await room.rejudged(becomes)
        shown = await room.get(f"/{rejudge}/outcome", nobody_loses=nobody_loses)
        assert all(before[who] == points for who, (points, _) in rows_of(shown).items())
        assert (await room.apply(rejudge, nobody_loses=nobody_loses)).status_code == 200
        after = await room.points()
        assert after == {**before, **{who: end for who, (_, end) in rows_of(shown).items()}}
        if nobody_loses:
            assert all(after[who] >= before[who] for who in before)
        else:
            # By the plain rule: each submission says what it was last judged, judge errors aside.
            for by_ann, who in ((True, "ann"), (False, "ben")):
                said = [
                    (score if again == "IE" else float(again), DUE + days * DAY, number)
                    for number, (whose, score, again, days) in enumerate(work)
                    if whose is by_ann
                ]
                if said and not late_days:
                    assert after[who] == pytest.approx(_plain(said, counts))


def _plain(said: list[tuple[float, datetime, int]], counts: Counts) -> float:
    earned = []
    for score, at, number in sorted(said, key=lambda each: (each[1], each[2])):
        late = at + timedelta(minutes=number) - DUE
        days = max(0, -(-late // DAY))
        if counts is Counts.BEST_BEFORE_DUE and days:
            continue
        earned.append(10 * score * (1 - 0.1 * days))
    if not earned:
        return 0.0
    return earned[-1] if counts is Counts.LAST else max(earned)


async def _somebody_waits(session: Any) -> bool:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return bool((await session.execute(waiting)).scalar_one())


async def log_of(room: Classroom) -> list[GradeChange]:
    """The log of the course's grades. Between tests too nothing is taken from its table."""
    async with room.database.session() as session:
        statement = select(GradeChange).where(GradeChange.course_id == room.course.id)
        return list((await session.execute(statement)).scalars())
