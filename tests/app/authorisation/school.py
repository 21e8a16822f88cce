"""Two courses alike and everybody who may ask for what is in them."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import service as accounts
from app.db.engine import Database
from app.models import (
    CourseRole,
    Role,
)
from app.roles import Scope
from judge.package import Package
from tests.app.authorisation.course import Builder
from tests.app.authorisation.people import (
    HERE,
    STUDENTS,
    THERE,
    Asker,
    School,
)
from tests.app.coursework import (
    make_course,
)

# Who asks: their role on the service, and what they are in which course.
_ASKERS: dict[str, tuple[Role, dict[str, CourseRole]]] = {
    "outsider": (Role.LEARNER, {}),
    "teacher_without_course": (Role.INSTRUCTOR, {}),
    "admin": (Role.ADMIN, {}),
    "first": (Role.LEARNER, {HERE: CourseRole.STUDENT}),
    "second": (Role.LEARNER, {HERE: CourseRole.STUDENT}),
    "observer": (Role.LEARNER, {HERE: CourseRole.OBSERVER}),
    "grader": (Role.LEARNER, {HERE: CourseRole.GRADER}),
    "instructor": (Role.LEARNER, {HERE: CourseRole.INSTRUCTOR}),
    "owner": (Role.INSTRUCTOR, {HERE: CourseRole.OWNER}),
    "other_owner": (Role.INSTRUCTOR, {HERE: CourseRole.OWNER, THERE: CourseRole.OWNER}),
    "student_here_owner_there": (
        Role.INSTRUCTOR,
        {HERE: CourseRole.STUDENT, THERE: CourseRole.OWNER},
    ),
    "third": (Role.LEARNER, {THERE: CourseRole.STUDENT}),
    "grader_there": (Role.LEARNER, {THERE: CourseRole.GRADER}),
    # They have left the course in which they were this.
    "left_student": (Role.LEARNER, {}),
    "left_instructor": (Role.LEARNER, {}),
}


async def build(database: Database, package: Package) -> School:
    """The two courses, a third one that takes in whoever has its code, and all people."""
    school = School()
    async with database.session() as session:
        for name, (role, roles) in _ASKERS.items():
            school.askers[name] = Asker(name, role=role, roles=dict(roles))
        for name, asker in school.askers.items():
            await _settle(session, school, asker, name)
        school.askers["stranger"] = Asker("stranger")
        await make_course(session, title="Open to all", join_code="7H3K9QXW")
        for course in (HERE, THERE):
            await Builder(session, school, package, course).build()
        admin = school.askers["admin"].person
        assert admin is not None
        all_scopes = frozenset(Scope)
        for scope in Scope:
            for scopes in (frozenset({scope}), all_scopes - {scope}, all_scopes):
                school.tokens[scopes] = await accounts.create_api_token(
                    session, admin, "some scopes", scopes=scopes
                )
    return school


async def _settle(session: AsyncSession, school: School, asker: Asker, name: str) -> None:
    readers = {name, "admin"}
    for course, students in STUDENTS.items():
        if name in students or name == "student_here_owner_there":
            readers |= school.staff(course)
    hidden = name in ("first", "second", "third", "left_student")
    called = school.mark(f"{name}-name", readers) if hidden else name.replace("_", " ")
    person = await accounts.ensure_person(session, called, asker.role or Role.LEARNER)
    asker.person = person
    await accounts.set_email(
        session, person, school.mark(f"{name}-address", readers) + "@example.com"
    )
    if not hidden:
        # Staff are called by their addresses where staff see them: by all of their course.
        del school.readers[f"mark-{name}-address"]
    asker.token = await accounts.create_api_token(
        session, person, school.mark(f"{name}-token", {name})
    )
    asker.session = await accounts.start_session(session, person.id, 1)
