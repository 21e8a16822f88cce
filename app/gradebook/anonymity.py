"""Anonymous grading: what students are called while nobody may know whose work is graded."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.access import InCourse, Power
from app.db.base import now
from app.errors import Forbidden, NotFound
from app.gradebook import log_repository
from app.models import Assignment, GradeChange, GradeChangeKind

_LOGGED_AGAIN_AFTER = timedelta(hours=1)


def is_anonymous(assignment: Assignment) -> bool:
    """Whether it is graded anonymously at present: until its grades are published."""
    return assignment.anonymous and assignment.published_at is None


def pseudonym(assignment: Assignment, person_id: uuid.UUID) -> uuid.UUID:
    """What stands for a student in an assignment that is graded anonymously. It follows from a key
    that only the service knows: nobody can compute it, or tell which two are the same student's."""
    digest = hmac.digest(assignment.pseudonym_key, person_id.bytes, hashlib.sha256)
    return uuid.UUID(bytes=digest[:16], version=4)


def pseudonym_name(of: uuid.UUID) -> str:
    """A pseudonym as people read it."""
    letters = base64.b32encode(of.bytes[:5]).decode("ascii")
    return f"Student {letters[:4]}-{letters[4:]}"


def shown_student(assignment: Assignment, person_id: uuid.UUID, name: str) -> tuple[uuid.UUID, str]:
    """By what those who grade know a student in an assignment, and what they call them."""
    if not is_anonymous(assignment):
        return person_id, name
    stands_for = pseudonym(assignment, person_id)
    return stands_for, pseudonym_name(stands_for)


def real_person(
    assignment: Assignment, given: uuid.UUID, person_ids: Iterable[uuid.UUID]
) -> uuid.UUID:
    """The student whose pseudonym this is. A student's own id is as unknown as any other."""
    for person_id in person_ids:
        if pseudonym(assignment, person_id) == given:
            return person_id
    raise NotFound("There is no such student in this assignment, which is graded anonymously.")


async def hides_names(
    session: AsyncSession, who: InCourse, assignment: Assignment, *, reveal: bool
) -> bool:
    """Whether this reader sees pseudonyms. Who teaches may ask for the names, and the log says
    that they did."""
    if not is_anonymous(assignment):
        return False
    if not reveal:
        return True
    if not who.may(Power.TEACH):
        raise Forbidden(
            "This assignment is graded anonymously: until its grades are published only its "
            "instructors can look whose work it is."
        )
    since = now() - _LOGGED_AGAIN_AFTER
    if not await log_repository.has_shown_names(session, assignment.id, who.person.id, since):
        await note_names_shown(session, who, assignment)
    return False


async def note_names_shown(
    session: AsyncSession, who: InCourse, assignment: Assignment, reason: str = ""
) -> None:
    """Write down that somebody looked at the names, or let everybody look who grades."""
    entry = GradeChange(
        kind=GradeChangeKind.NAMES_SHOWN.value,
        course_id=who.course.id,
        assignment_id=assignment.id,
        actor_id=who.person.id,
        reason=reason,
    )
    await log_repository.add(session, entry)
