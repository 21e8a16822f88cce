"""By what name students know those who grade: where grading is anonymous, by their role."""

from __future__ import annotations

from app.models import Assignment, CourseRole

_ROLES = {
    CourseRole.OWNER: "Instructor",
    CourseRole.INSTRUCTOR: "Instructor",
    CourseRole.GRADER: "Grader",
}
# Who is in the course no more, or never was: an admin of the service.
_SOMEBODY = "Course staff"


def author_for_student(assignment: Assignment, name: str | None, role: str | None) -> str:
    """What a student reads of who wrote something about their work. ``name`` is None where the
    account is gone, ``role`` where they are not in the course."""
    if not assignment.anonymous:
        return author_for_staff(name)
    return _SOMEBODY if role is None else _ROLES.get(CourseRole(role), _SOMEBODY)


def author_for_staff(name: str | None) -> str:
    """What those who grade read of it."""
    return name or _SOMEBODY
