"""Makes the demo course, or finds it: people, sections, assignments, extensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.demo import assignments, people
from app.demo.assignments import ASSIGNMENTS, Planned
from app.demo.people import Student
from app.demo.service import Client

TITLE = "Deep learning in JAX (demo)"
_PAGE = 500


@dataclass(frozen=True)
class DemoCourse:
    """The course as it is: assignments by title, the ids of people by address."""

    id: str
    assignments: Mapping[str, Any]
    people: Mapping[str, str]

    @property
    def path(self) -> str:
        """Where its API is."""
        return f"/api/v1/courses/{self.id}"

    def assignment(self, planned: Planned) -> Any:
        """An assignment as the API shows it to staff."""
        return self.assignments[planned.title]

    def problem(self, planned: Planned, slug: str) -> str:
        """The id of a problem of an assignment."""
        problems = self.assignment(planned)["problems"]
        return next(str(each["id"]) for each in problems if each["problem"] == slug)


async def make_course(
    instructor: Client, admin: Client, students: Sequence[Student], slugs: Sequence[str]
) -> DemoCourse:
    """Make what is missing of the course."""
    course_id = await _find(instructor) or await _create(instructor)
    path = f"/api/v1/courses/{course_id}"
    await _enrol(admin, path, list(students))
    there = {each["title"] for each in (await instructor.get(f"{path}/assignments"))["items"]}
    begin = datetime.now(UTC).replace(microsecond=0)
    for planned in ASSIGNMENTS:
        if planned.title not in there:
            body = assignments.order(planned, slugs, begin)
            await instructor.post(f"{path}/assignments", body)
    course = await read_course(instructor, course_id)
    await _grant(instructor, course, students)
    return course


async def read_course(instructor: Client, course_id: str) -> DemoCourse:
    """The course as it is now."""
    path = f"/api/v1/courses/{course_id}"
    listed = (await instructor.get(f"{path}/assignments"))["items"]
    found: dict[str, str] = {}
    while True:
        page = await instructor.get(f"{path}/people", limit=_PAGE, offset=len(found))
        found |= {each["email"] or each["name"]: each["id"] for each in page["items"]}
        if not page["items"] or len(found) >= page["total"]:
            break
    return DemoCourse(course_id, {each["title"]: each for each in listed}, found)


async def set_due_now(instructor: Client, course: DemoCourse) -> None:
    """Set those due dates to this moment after which the second wave is late, once."""
    now = datetime.now(UTC)
    for planned in ASSIGNMENTS:
        current = course.assignment(planned)
        if planned.due_after_first and datetime.fromisoformat(current["due_at"]) > now:
            await instructor.send(
                "PATCH",
                f"{course.path}/assignments/{current['id']}",
                json={
                    "version": current["version"],
                    "due_at": now.isoformat(),
                    "reason": "The demo cannot wait until it is due.",
                },
            )


async def _find(instructor: Client) -> str | None:
    courses = (await instructor.get("/api/v1/courses"))["items"]
    return next((str(each["id"]) for each in courses if each["title"] == TITLE), None)


async def _create(instructor: Client) -> str:
    body = {"title": TITLE, "term": "Demo", "time_zone": "Europe/Zurich", "late_days": 2}
    return str((await instructor.post("/api/v1/courses", body))["id"])


async def _enrol(admin: Client, path: str, students: list[Student]) -> None:
    file = {"file": ("class.csv", people.class_list(students), "text/csv")}
    preview = await admin.send(
        "POST", f"{path}/class-list/preview", files=file, data={"create_accounts": "true"}
    )
    form = {"create_accounts": "true", "digest": preview["digest"]}
    await admin.send("POST", f"{path}/class-list", files=file, data=form)


async def _grant(instructor: Client, course: DemoCourse, students: Sequence[Student]) -> None:
    """An extension of the third week for some, and an accommodation in the whole course."""
    if (await instructor.get(f"{course.path}/grants"))["total"]:
        return
    capped = course.assignment(assignments.CAPPED)
    due = datetime.fromisoformat(capped["due_at"]) + timedelta(days=5)
    ids = [course.people[each.email] for each in students]
    extended = {"assignment_id": capped["id"], "due_at": due.isoformat(), "reason": "Was ill."}
    kinder = {"no_penalty": True, "more_attempts": 2, "reason": "Disability office, for the term."}
    for body, some in ((extended, ids[3::10]), (kinder, ids[7::40])):
        if some:
            await instructor.post(f"{course.path}/grants", {**body, "person_ids": some})
