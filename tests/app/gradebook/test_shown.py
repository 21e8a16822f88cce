"""From when students see what their work is worth: the same on every road to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx

from app.courses.rules import AssignmentRules, LatePolicy
from app.db.base import now
from app.models import CodeComment, Feedback, Submission
from tests.app.coursework import grant
from tests.app.gradebook.classroom import Classroom
from tests.app.gradebook.conftest import Ask, Work

HOUR = timedelta(hours=1)


async def roads(client: httpx.AsyncClient, ask: Ask, room: Classroom, who: str) -> dict[str, Any]:
    """Whether somebody sees what their only program is worth, by the road to it."""
    headers = room.headers(who)

    async def read(url: str) -> Any:
        answer = await client.get(url, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    (submission,) = (await read("/api/v1/submissions"))["items"]
    comments = await read(f"/api/v1/submissions/{submission['id']}/comments")
    (attempt,) = (await read(f"/api/v1/submissions/{submission['id']}/attempts"))["items"]
    assignment = await read(f"{room.url}/assignments/{room.assignment.id}")
    grades = await read(f"{room.url}/grades")
    exported = await read("/api/v1/me/export")
    problem = await read(f"/api/v1/problems/{room.problem.problem_slug}")
    return {
        "list": submission["verdict"] is not None,
        "attempts": attempt["verdict"] is not None,
        "comments": bool(comments["items"]),
        "shown to the student": comments["shown_to_student"],
        "assignment": assignment["yours"]["points"] is not None,
        "grades": grades["assignments"][0]["points"] is not None,
        "told": grades["assignments"][0]["points_shown"],
        "late days": grades["assignments"][0]["late_days"] is not None,
        "export of grades": exported["grades"][0]["points"] > 0,
        "export of comments": bool(exported["comments"]),
        "export of programs": exported["submissions"][0]["attempts"][0]["verdict"] is not None,
        "catalogue": problem["state"] == "solved",
    }


# The policy, the due date in hours from now, whether grades are published; whether it is seen.
STATES = [
    (Feedback.NOW, None, False, True),
    (Feedback.AFTER_DUE, 1, False, False),
    (Feedback.AFTER_DUE, -1, False, True),
    # Within the grace others may still be on time.
    (Feedback.AFTER_DUE, -0.2, False, False),
    (Feedback.AFTER_DUE, 1, True, True),
    (Feedback.AFTER_DUE, None, False, False),
    (Feedback.AFTER_PUBLISHING, -1, False, False),
    (Feedback.AFTER_PUBLISHING, 1, True, True),
]


async def test_all_roads_tell_the_same(
    client: httpx.AsyncClient, ask: Ask, room: Classroom, work: Work
) -> None:
    rules = AssignmentRules(late=LatePolicy(grace=0.5 * HOUR))
    await _commented(room, await work("student", 1.0, now() - 2 * HOUR))
    for feedback, due, published, seen in STATES:
        await room.change(
            feedback=feedback.value,
            due_at=None if due is None else now() + due * HOUR,
            policy=rules.model_dump(mode="json", exclude={"window"}),
            published_at=now() if published else None,
        )
        found = await roads(client, ask, room, "student")
        assert found == dict.fromkeys(found, seen), (feedback, due, published)


async def test_after_due_is_after_ones_own_due_date(
    client: httpx.AsyncClient, ask: Ask, room: Classroom, work: Work
) -> None:
    await room.change(feedback=Feedback.AFTER_DUE.value, due_at=now() - HOUR)
    async with room.database.session() as session:
        members = [room.enrolments["other"]]
        later = {"assignment_id": room.assignment.id, "due_at": now() + HOUR}
        await grant(session, room.course, members, **later)
    for who, seen in (("student", True), ("other", False)):
        await _commented(room, await work(who, 1.0, now() - 2 * HOUR))
        found = await roads(client, ask, room, who)
        assert found == dict.fromkeys(found, seen)
    # A change of the rules tells of other points only who sees them.
    path = f"/assignments/{room.assignment.id}"
    version = (await ask("owner", "GET", path)).json()["version"]
    problem = {"problem": room.problem.problem_slug, "points": 5}
    body = {"version": version, "problems": [problem], "reason": "It was easy."}
    answer = await ask("owner", "PATCH", path, json=body)
    assert answer.status_code == 200, answer.text
    for who, told in (("student", 1), ("other", 0)):
        answer = await client.get("/api/v1/me/notices", headers=room.headers(who))
        texts = [each["text"] for each in answer.json()["items"]]
        assert sum("you have other points" in text for text in texts) == told
        kinds = [each["kind"] for each in (await ask(who, "GET", "/grades")).json()["history"]]
        assert kinds.count("rules_changed") == told


async def _commented(room: Classroom, submission: Submission) -> None:
    grader = room.people["grader"].person.id
    async with room.database.session() as session:
        session.add(CodeComment(submission_id=submission.id, author_id=grader, text="Well."))


async def test_of_an_assignment_that_is_not_listed_no_extension_is_told(
    ask: Ask, room: Classroom
) -> None:
    await room.change(listed=False, due_at=now() + HOUR)
    body = {
        "assignment_id": str(room.assignment.id),
        "person_ids": [str(room.people["student"].person.id)],
        "due_at": (now() + 2 * HOUR).isoformat(),
        "reason": "",
    }
    assert (await ask("owner", "POST", "/grants", json=body)).status_code == 201
    assert (await ask("student", "GET", "/grades")).json()["history"] == []
    await room.change(listed=True)
    (entry,) = (await ask("student", "GET", "/grades")).json()["history"]
    assert (entry["kind"], entry["assignment"]) == ("granted", "First steps")
