"""What was ever judged of a submission stays readable, for each as far as the submission is."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx

from app.courses.rules import AssignmentRules, Window
from app.db.base import now
from app.models import Attempt, Feedback
from app.submissions.documents import storable
from judge.report import CaseResult
from judge.verdict import Reason, Verdict, Visibility
from tests.app.conftest import PROBLEM, Learner
from tests.app.rejudge.conftest import NEWER, Classroom, MakeClassroom, attempts_of
from tests.reports import made_report

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]


async def reported(room: Classroom, submission: uuid.UUID) -> None:
    """Give every judged attempt of a submission a report, with a case that only staff see."""
    async with room.database.session() as session:
        for found in await attempts_of(room.database, submission):
            attempt = await session.get_one(Attempt, found.id)
            if attempt.status != "done":
                continue
            case = CaseResult(
                index=0,
                group="secret",
                visibility=Visibility.VERDICT,
                inputs={"seed": 4711},
                verdict=Verdict.WA,
                reason=Reason.VALUES,
            )
            attempt.report = storable(
                made_report(
                    problem=PROBLEM,
                    problem_version=f"{attempt.number}.0.0",
                    package_sha256=attempt.package_sha256,
                    verdict=Verdict(attempt.verdict or ""),
                    cases=(case,),
                )
            )


async def read(room: Classroom, who: Learner, path: str) -> httpx.Response:
    """What somebody reads below the submissions."""
    return await room.client.get(f"/api/v1/submissions/{path}", headers=who.headers)


class TestAttempts:
    async def test_its_student_sees_what_counts_and_staff_see_all(
        self, room: Classroom, check_problem: CheckProblem
    ) -> None:
        submission = await room.submitted(room.ann, 0.5)
        here = {"problem_id": str(room.problem.id)}
        rejudge = await room.rejudged({submission: 1.0}, chosen=here, package_sha256=NEWER)
        await reported(room, submission)

        async def listed(who: Learner) -> list[tuple[int, bool, bool]]:
            document = (await read(room, who, f"{submission}/attempts")).json()
            return [(each["number"], each["speaks"], each["counts"]) for each in document["items"]]

        assert await listed(room.ann) == [(1, True, True)]
        assert await listed(room.teacher) == [(2, False, False), (1, True, True)]
        check_problem(await read(room, room.ann, f"{submission}/attempts/2"), 404, "not-found")
        (await read(room, room.ann, f"{submission}")).raise_for_status()
        for path in (f"{submission}/attempts", f"{submission}/attempts/1"):
            check_problem(await read(room, room.ben, path), 404, "not-found")
        seen = (await read(room, room.teacher, f"{submission}/attempts/2")).json()
        assert (seen["verdict"], seen["version"], seen["outdated"]) == ("AC", "2.0.0", True)
        assert (seen["why"], seen["rejudge_id"]) == ("The tolerance was too low.", rejudge)
        assert seen["report"]["cases"][0]["inputs"] == {"seed": 4711}

        assert (await room.apply(rejudge)).status_code == 200
        assert await listed(room.ann) == [(2, True, True), (1, False, True)]
        document = (await read(room, room.ann, f"{submission}")).json()
        assert (document["attempt"], document["report"]["verdict"]) == (2, "AC")
        earlier = await read(room, room.ann, f"{submission}/attempts/1")
        assert (earlier.json()["verdict"], earlier.json()["rejudge_id"]) == ("WA", None)
        assert earlier.json()["report"]["verdict"] == "WA"
        assert "4711" not in earlier.text
        check_problem(await read(room, room.ann, f"{submission}/attempts/3"), 404, "not-found")
        beyond = await read(room, room.ann, f"{submission}/attempts/{10**30}")
        check_problem(beyond, 422, "invalid-request")

    async def test_no_more_than_feedback_allows(self, make_classroom: MakeClassroom) -> None:
        rules = AssignmentRules(window=Window(due_at=now() + timedelta(days=9)))
        room = await make_classroom(rules, feedback=Feedback.AFTER_DUE.value)
        submission = await room.submitted(room.ann, 0.5)
        rejudge = await room.rejudged({submission: 1.0})
        await reported(room, submission)
        assert (await room.apply(rejudge)).status_code == 200
        listed = (await read(room, room.ann, f"{submission}/attempts")).json()["items"]
        assert [(each["verdict"], each["score"]) for each in listed] == [(None, None)] * 2
        assert all(each["feedback"] for each in listed)
        one = (await read(room, room.ann, f"{submission}/attempts/1")).json()
        assert (one["report"], one["verdict"]) == (None, None)
        whole = (await read(room, room.teacher, f"{submission}/attempts/1")).json()
        assert whole["report"]["verdict"] == "WA"

    async def test_practice(self, room: Classroom, submit: Any) -> None:
        submission = (await submit()).json()["id"]
        (one,) = (await read(room, room.ann, f"{submission}/attempts")).json()["items"]
        assert (one["status"], one["number"], one["speaks"]) == ("queued", 1, True)
        assert (one["outdated"], one["why"]) == (False, None)
