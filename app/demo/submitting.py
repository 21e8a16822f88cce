"""Submits what the students of the demo submit, a few at a time, and waits for each report."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.demo.assignments import ASSIGNMENTS, Planned, Wave, assigned
from app.demo.course import DemoCourse
from app.demo.people import Student
from app.demo.programs import Programs, attempts
from app.demo.service import Client, Refused

_WAIT_SECONDS = 30


@dataclass(frozen=True)
class Submission:
    """A program that a student submits to a problem of an assignment; the ``number``-th there."""

    student: Student
    planned: Planned
    slug: str
    number: int
    source: str


@dataclass
class Tally:
    """How far it is. ``judged`` counts what was judged since ``begin``, ``there`` what had been
    before, ``refused`` what the rules did not take."""

    total: int
    there: int = 0
    judged: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    begin: float = field(default_factory=time.monotonic)

    @property
    def done(self) -> int:
        """How many need no more waiting."""
        return self.there + self.judged + self.refused.total()

    @property
    def a_minute(self) -> float:
        """How many are judged in a minute, as measured so far."""
        return 60 * self.judged / max(time.monotonic() - self.begin, 0.001)

    @property
    def minutes_left(self) -> float | None:
        """How long the rest takes at that speed; None until some were judged."""
        return (self.total - self.done) / self.a_minute if self.judged >= 5 else None


OnChange = Callable[[Tally], None]


def plan(
    students: Sequence[Student], slugs: Sequence[str], programs: Mapping[str, Programs]
) -> dict[Wave, list[Submission]]:
    """All submissions, the same whenever it is asked; in each wave mixed, a student's own in
    order."""
    found: dict[Wave, list[Submission]] = {wave: [] for wave in Wave}
    for student in students:
        for planned in ASSIGNMENTS:
            for slug in assigned(planned, slugs):
                for wave, submission in _of_student(student, planned, slug, programs[slug]):
                    found[wave].append(submission)
    for wave, submissions in found.items():
        place = {each.number: random.Random(f"{wave} {each.number}").random() for each in students}  # noqa: S311
        submissions.sort(key=lambda each: place[each.student.number])
    return found


async def submit_all(
    submissions: Sequence[Submission],
    clients: Mapping[int, Client],
    course: DemoCourse,
    at_once: int,
    tally: Tally,
    on_change: OnChange,
) -> None:
    """Submit those that are not there yet and wait until all are judged."""
    queue: asyncio.Queue[list[Submission]] = asyncio.Queue()
    by_student: dict[int, list[Submission]] = {}
    for submission in submissions:
        by_student.setdefault(submission.student.number, []).append(submission)
    for own in by_student.values():
        queue.put_nowait(own)

    async def work() -> None:
        while not queue.empty():
            own = queue.get_nowait()
            await _submit_own(own, clients[own[0].student.number], course, tally, on_change)

    await asyncio.gather(*(work() for _ in range(at_once)))


def _of_student(
    student: Student, planned: Planned, slug: str, programs: Programs
) -> list[tuple[Wave, Submission]]:
    drawn = random.Random(f"{student.number} {planned.title} {slug}")  # noqa: S311
    found: list[tuple[Wave, Submission]] = []
    for wave in Wave:
        if drawn.random() >= planned.taken.get(wave, 0):
            continue
        for right in attempts(drawn, student.skill, planned.most):
            source = programs.draw(drawn, right)
            found.append((wave, Submission(student, planned, slug, len(found) + 1, source)))
    return found


async def _submit_own(
    own: Sequence[Submission],
    client: Client,
    course: DemoCourse,
    tally: Tally,
    on_change: OnChange,
) -> None:
    there = await _there(client)
    for submission in own:
        problem = course.problem(submission.planned, submission.slug)
        # What is there already came in the same order when this was begun before.
        if submission.number <= there[problem]:
            tally.there += 1
        else:
            try:
                await _submit(client, submission, problem, tally)
            except Refused as error:
                tally.refused[str(error).partition(":")[0]] += 1
        on_change(tally)


async def _there(client: Client) -> Counter[str]:
    """How many submissions a student has to each problem of an assignment."""
    found: Counter[str] = Counter()
    query: dict[str, str | int] = {"limit": 100}
    while True:
        page = await client.get("/api/v1/submissions", **query)
        found.update(
            each["assignment"]["assignment_problem_id"]
            for each in page["items"]
            if each["assignment"] is not None
        )
        if page["next"] is None:
            return found
        query["after"] = page["next"]


async def _submit(client: Client, submission: Submission, problem: str, tally: Tally) -> None:
    key = f"demo {submission.planned.title} {submission.slug} {submission.number}"
    answer = await client.post(
        "/api/v1/submissions",
        {"problem": submission.slug, "source": submission.source, "assignment_problem": problem},
        headers={"Idempotency-Key": key},
        params={"wait": _WAIT_SECONDS},
    )
    while answer["status"] != "done":
        path = f"/api/v1/submissions/{answer['id']}"
        answer = await client.get(path, wait=_WAIT_SECONDS)
    tally.judged += 1
    tally.verdicts[answer["report"]["verdict"] if answer["report"] else "withheld"] += 1
