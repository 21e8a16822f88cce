"""Does what the plan of a class list says."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audit import record
from app.accounts.mail import Mail
from app.accounts.names import LOCAL_ADMIN, MAX_NAME
from app.courses import people_repository, sections_repository
from app.courses.access import InCourse
from app.courses.class_list_planning import Plan, Planned
from app.courses.grading import recompute
from app.courses.inviting import invitation_mail
from app.courses.joining_invited import enrol_invited
from app.courses.people import note_role
from app.courses.people_schemas import Outcome
from app.errors import ClassListChanged
from app.models import (
    AuditKind,
    CourseInvitation,
    CourseRole,
    Enrolment,
    Person,
    Role,
    Section,
)
from app.settings import Settings


async def apply_plan(
    session: AsyncSession, settings: Settings, who: InCourse, plan: Plan
) -> tuple[Mail, ...]:
    """Do it; what is to be mailed once it is stored. The course is locked since it was planned."""
    sections = await _sections(session, who, plan)
    made = await _accounts(session, who, plan)
    for row in plan.rows:
        section_id = sections[row.section.casefold()] if row.section is not None else None
        person = row.person or made.get(row.listed.email)
        place = row.enrolment or row.invitation
        if row.outcome is Outcome.INVITE:
            session.add(_invitation(who, row, section_id))
        elif row.outcome in (Outcome.ENROL, Outcome.CREATE) and person is not None:
            session.add(_enrolment(who, row, section_id, person))
        elif place is not None:
            place.role = row.role.value
            place.section_id = section_id
            place.student_number = row.student_number
        if row.enrolment is not None:
            row.enrolment.left_at, row.enrolment.taken_out = None, False
    await session.flush()
    # An account that was just made may be awaited in other courses too.
    for person in made.values():
        await enrol_invited(session, person.id)
    for row in plan.rows:
        person = row.person or made.get(row.listed.email)
        if person is not None:
            await note_role(session, who, person.id, _role_before(row), row.role)
    changed = (Outcome.UPDATE, Outcome.RETURN)
    if regraded := [
        row.enrolment.person_id
        for row in plan.rows
        if row.enrolment is not None and row.outcome in changed
    ]:
        await recompute(session, who.course.id, regraded)
    invited = [row.listed.email for row in plan.rows if row.outcome is Outcome.INVITE]
    return await _mails(session, settings, who, invited)


async def _sections(session: AsyncSession, who: InCourse, plan: Plan) -> dict[str, uuid.UUID]:
    """The sections of the course by their names in small letters, the new ones made."""
    for name in plan.new_sections:
        await sections_repository.add(
            session, Section(id=uuid.uuid4(), course_id=who.course.id, name=name)
        )
    rows = await sections_repository.list_sections(session, who.course.id)
    return {section.name.casefold(): section.id for section, _ in rows}


async def _accounts(session: AsyncSession, who: InCourse, plan: Plan) -> dict[str, Person]:
    """The accounts that are to be made, by address. Their people set a password by mail."""
    rows = [row for row in plan.rows if row.outcome is Outcome.CREATE]
    if not rows:
        return {}
    wanted = {row.listed.email: row.listed.name or row.listed.email for row in rows}
    taken = await people_repository.all_names(session) | {LOCAL_ADMIN}
    made = {}
    for email, name in wanted.items():
        person = Person(id=uuid.uuid4(), name=_free(name, taken), email=email, role=Role.LEARNER)
        taken.add(person.name)
        session.add(person)
        made[email] = person
    try:
        await session.flush()
    except IntegrityError as error:
        raise ClassListChanged(
            "Somebody has just got an account with one of these names or addresses. Nothing was "
            "written; look at the new preview."
        ) from error
    for person in made.values():
        await record(
            session,
            AuditKind.JOINED,
            person_id=person.id,
            actor_id=who.person.id,
            role=person.role,
            by="class list",
        )
    return made


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number behind it where somebody else has it."""
    free, number = name[:MAX_NAME], 2
    while free in taken:
        free = f"{name[: MAX_NAME - 8]} {number}"
        number += 1
    return free


def _enrolment(
    who: InCourse, row: Planned, section_id: uuid.UUID | None, person: Person
) -> Enrolment:
    return Enrolment(
        course_id=who.course.id,
        person_id=person.id,
        role=row.role.value,
        section_id=section_id,
        student_number=row.student_number,
    )


def _invitation(who: InCourse, row: Planned, section_id: uuid.UUID | None) -> CourseInvitation:
    return CourseInvitation(
        course_id=who.course.id,
        email=row.listed.email,
        role=row.role.value,
        section_id=section_id,
        student_number=row.student_number,
    )


def _role_before(row: Planned) -> CourseRole | None:
    if row.enrolment is None or row.outcome is Outcome.RETURN:
        return None
    before = next((each.before for each in row.changes if each.field == "role"), row.role)
    return CourseRole(before) if before is not None else None


async def _mails(
    session: AsyncSession, settings: Settings, who: InCourse, emails: Iterable[str]
) -> tuple[Mail, ...]:
    found = [await invitation_mail(session, settings, who, email) for email in emails]
    return tuple(mail for mail in found if mail is not None)
