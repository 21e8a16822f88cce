"""Makes the demo: people and course → two waves of submissions → grading."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from app.demo import grading, submitting
from app.demo.assignments import Wave
from app.demo.course import DemoCourse, make_course, read_course, set_due_now
from app.demo.errors import DemoError
from app.demo.people import GRADER_EMAIL, Student
from app.demo.programs import Programs
from app.demo.service import Client, Refused, connect
from app.demo.submitting import OnChange, Tally
from judge.package import PackageError, load

# A service that has just been started judges within half a minute.
_LOOKS = 120
_BETWEEN_SECONDS = 0.5


async def prepare(
    url: str, instructor: str, admin: str, students: Sequence[Student], programs: Sequence[str]
) -> DemoCourse:
    """The course with its people and assignments; ``instructor`` and ``admin`` are tokens."""
    async with connect(url) as http:
        return await make_course(Client(http, instructor), Client(http, admin), students, programs)


async def fill(
    url: str,
    course_id: str,
    instructor: str,
    tokens: Mapping[str, str],
    students: Sequence[Student],
    programs: Mapping[str, Programs],
    at_once: int,
    on_change: OnChange,
) -> Tally:
    """All submissions, judged, and what graders do with them. ``tokens`` by address."""
    waves = submitting.plan(students, list(programs), programs)
    tally = Tally(total=sum(map(len, waves.values())))
    async with connect(url) as http:
        teacher = Client(http, instructor)
        clients = {each.number: Client(http, tokens[each.email]) for each in students}
        course = await read_course(teacher, course_id)
        for wave in Wave:
            submissions = waves[wave]
            await submitting.submit_all(submissions, clients, course, at_once, tally, on_change)
            await grading.wait_until_judged(teacher, course)
            if wave is Wave.FIRST:
                await set_due_now(teacher, course)
                course = await read_course(teacher, course_id)
        grader = Client(http, tokens[GRADER_EMAIL])
        await grading.grade(teacher, grader, clients, course, students)
    return tally


async def require_service(url: str, token: str) -> list[str]:
    """The slugs of the problems of the service, once it judges. DemoError where it does not run,
    is not ready within a minute, or works on another database than the one that knows the token."""
    async with connect(url) as http:
        try:
            ready = await _is_ready(http)
        except httpx.TransportError as error:
            raise DemoError(f"No service answers at {url}. Start it with `make run`.") from error
        if not ready:
            raise DemoError(f"The service at {url} does not judge; {url}/readyz says why.")
        client = Client(http, token)
        try:
            await client.get("/api/v1/me")
        except Refused as error:
            raise DemoError(
                f"The service at {url} works on another database than this command. Give it the "
                "same --data-dir or DATABASE_URL."
            ) from error
        return [each["slug"] for each in (await client.get("/api/v1/problems"))["items"]]


async def _is_ready(http: httpx.AsyncClient) -> bool:
    for _ in range(_LOOKS):
        if (await http.get("/readyz")).status_code == httpx.codes.OK:
            return True
        await asyncio.sleep(_BETWEEN_SECONDS)
    return False


def known_programs(folder: Path, slugs: Sequence[str]) -> dict[str, Programs]:
    """What can be submitted to those problems whose packages are in a folder and have known
    submissions that are right."""
    found = {}
    for slug in slugs:
        try:
            package = load(folder / slug)
        except PackageError:
            continue
        programs = Programs(package)
        if programs.any_right:
            found[slug] = programs
    if not found:
        raise DemoError(f"No problem of the service has known submissions in {folder}.")
    return found
