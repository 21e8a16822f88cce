"""What instructors and graders of the demo do once submissions are judged."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from app.demo import assignments
from app.demo.course import DemoCourse
from app.demo.people import Student
from app.demo.service import Client, Refused

_POLL_SECONDS = 2.0

_Item = TypeVar("_Item")

_COMMENTS = (
    "This line decides it: print the shapes before and after, and compare them with the statement.",
    "Right, and clear. `jax.vmap` would make it shorter.",
    "The idea is right. Look at what happens for *large* inputs.",
    "Please give names that say what a value is.",
)
_QUESTIONS = (
    "My second program differs from the first in a comment only. Why is it worth less?",
    "I think that the tolerance is too strict for the last case. Could you look at it again?",
    "I handed in before the deadline, the page was slow. Can the late day be taken off?",
    "What exactly was wrong here? The message does not tell me.",
)


async def grade(
    instructor: Client,
    grader: Client,
    clients: Mapping[int, Client],
    course: DemoCourse,
    students: Sequence[Student],
) -> None:
    """Comments, points set by hand, publishing, questions and answers, rejudges; each once."""
    await _comment(grader, course)
    await _adjust(grader, course)
    await _rejudge(instructor, course)
    for planned in (assignments.QUIZ, assignments.LATE):
        current = course.assignment(planned)
        if current["published_at"] is None:
            path = f"{course.path}/gradebook/assignments/{current['id']}/publication"
            await instructor.send("PUT", path)
    await _ask(instructor, clients, course, students)


async def wait_until_judged(instructor: Client, course: DemoCourse) -> None:
    """Wait for what was submitted before this was begun."""
    while True:
        book = await instructor.get(f"{course.path}/gradebook")
        if not any(sum(column["judging"]) for column in book["columns"]):
            return
        await asyncio.sleep(_POLL_SECONDS)


async def _comment(grader: Client, course: DemoCourse) -> None:
    """Comments on some of the first week's programs, some of them on the whole program too."""
    path = f"{course.path}/gradebook"
    cells = await _cells(grader, course, assignments.WARM_UP)
    for place, (problem, student) in enumerate(_some(cells, 40)):
        cell = await grader.get(f"{path}/{problem}/{student}")
        submission = cell["submissions"][0]["id"]
        comments = f"/api/v1/submissions/{submission}/comments"
        if (await grader.get(comments))["items"]:
            continue
        for line in (None, 1) if place % 2 else (1,):
            text = _COMMENTS[place % len(_COMMENTS)]
            await grader.post(comments, {"line": line, "text": text})


async def _adjust(grader: Client, course: DemoCourse) -> None:
    """Points by hand for some cells of the second week."""
    cells = await _cells(grader, course, assignments.LATE)
    for place, (problem, student) in enumerate(_some(cells, 25)):
        cell = f"{course.path}/gradebook/{problem}/{student}"
        reason = "The statement was unclear about this case; half of it is right."
        body = {"points": 7.5 if place % 2 else 5, "reason": reason, "version": 0}
        # Refused where it was done before: the version is another then.
        await _once(grader.send("PUT", f"{cell}/adjustment", json=body))


async def _rejudge(instructor: Client, course: DemoCourse) -> None:
    """One rejudge that is applied, and one that waits for a decision."""
    path = f"{course.path}/rejudges"
    made = (await instructor.get(path))["items"]
    for planned, reason in (
        (assignments.WARM_UP, "Some programs were judged while the machine was busy."),
        (assignments.CAPPED, "A student doubts that the verdict of theirs is stable."),
    ):
        if any(each["reason"] == reason for each in made):
            continue
        problem = course.assignment(planned)["problems"][0]["id"]
        chosen = {"problem_id": problem, "verdicts": ["WA"], "only_counting": True}
        order = {"chosen": chosen, "reason": reason}
        preview = await instructor.post(path, {**order, "dry_run": True})
        if preview["submissions"]:
            await instructor.post(path, order)
    for each in (await instructor.get(path))["items"]:
        ready = await _when_ready(instructor, f"{path}/{each['id']}")
        problem = course.assignment(assignments.WARM_UP)["problems"][0]["id"]
        if ready["status"] == "ready" and ready["chosen"]["problem_id"] == problem:
            outcome = await instructor.get(f"{path}/{each['id']}/outcome")
            body = {"fingerprint": outcome["fingerprint"]}
            await instructor.post(f"{path}/{each['id']}/apply", body)


async def _when_ready(instructor: Client, path: str) -> Any:
    while True:
        found = await instructor.get(path)
        if found["status"] != "judging":
            return found
        await asyncio.sleep(_POLL_SECONDS)


async def _ask(
    instructor: Client,
    clients: Mapping[int, Client],
    course: DemoCourse,
    students: Sequence[Student],
) -> None:
    """Questions of some students about the quiz; every other one is answered."""
    path = f"{course.path}/regrades"
    problem = course.assignment(assignments.QUIZ)["problems"][0]["id"]
    if (await instructor.get(path, limit=1))["items"]:
        return
    for place, student in enumerate(_some(students, 20)):
        question = {"problem_id": problem, "text": _QUESTIONS[place % len(_QUESTIONS)]}
        asked = await _once(clients[student.number].post(path, question))
        if asked is not None and place % 2 == 0:
            answer = {"answer": "I looked at it again: the verdict is right, see the comment."}
            await instructor.post(f"{path}/{asked['id']}/answer", answer)


async def _cells(
    reader: Client, course: DemoCourse, planned: assignments.Planned
) -> list[tuple[str, str]]:
    """The problem and the student of each cell in which something was submitted."""
    wanted = course.assignment(planned)["id"]
    book = await reader.get(f"{course.path}/gradebook", assignment=wanted)
    ids = [student["id"] for student in book["students"]]
    return [
        (column["problem_id"], student)
        for column in book["columns"]
        for student, count in zip(ids, column["submissions"], strict=True)
        if count
    ]


def _some(every: Sequence[_Item], about: int) -> Sequence[_Item]:
    """About so many of them, spread evenly; of few every second."""
    return every[:: max(2, len(every) // about)]


async def _once(sending: Any) -> Any:
    """What a request answers; None where the service refuses it."""
    try:
        return await sending
    except Refused:
        return None
