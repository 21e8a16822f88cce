"""Queries on join codes, and on who joins by one or by an invitation."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Course, CourseInvitation, CourseRole, Enrolment, Person, Section


async def course_of_code(session: AsyncSession, code: str) -> Course | None:
    """The course that a code enrols in, which keeps the code until the transaction ends."""
    statement = (
        select(Course)
        .where(Course.join_code == code, Course.archived_at.is_(None))
        .with_for_update(read=True)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def join(session: AsyncSession, course_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    """Make somebody a student of a course, unless they are in it already or were taken out;
    whether they have come. Who has left comes back with their grades, and as a student: staff names
    staff."""
    statement = insert(Enrolment).values(
        id=uuid.uuid4(), course_id=course_id, person_id=person_id, role=CourseRole.STUDENT.value
    )
    statement = statement.on_conflict_do_update(
        index_elements=[Enrolment.course_id, Enrolment.person_id],
        set_={"left_at": None, "role": CourseRole.STUDENT.value},
        where=Enrolment.left_at.is_not(None) & ~Enrolment.taken_out,
    )
    return (await session.execute(statement.returning(Enrolment.id))).one_or_none() is not None


async def is_taken_out(session: AsyncSession, course_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    """Whether staff took somebody out of a course."""
    statement = select(Enrolment.taken_out).where(
        Enrolment.course_id == course_id, Enrolment.person_id == person_id
    )
    return bool((await session.execute(statement)).scalar_one_or_none())


async def set_code(session: AsyncSession, course_id: uuid.UUID, code: str | None) -> None:
    """Give a course a join code, or none."""
    await session.execute(update(Course).where(Course.id == course_id).values(join_code=code))


async def email_of(session: AsyncSession, person_id: uuid.UUID) -> str | None:
    """A person's address."""
    statement = select(Person.email).where(Person.id == person_id)
    return (await session.execute(statement)).scalar_one_or_none()


async def take_invitations(session: AsyncSession, email: str) -> Sequence[CourseInvitation]:
    """The courses to which an address is invited, which is used up by this. The courses first:
    who deletes one takes its row before all that hangs on it."""
    wanted = select(CourseInvitation.course_id).where(CourseInvitation.email == email)
    hold = select(Course.id).where(Course.id.in_(wanted)).order_by(Course.id)
    await session.execute(hold.with_for_update(read=True, key_share=True))
    statement = (
        delete(CourseInvitation).where(CourseInvitation.email == email).returning(CourseInvitation)
    )
    return (await session.execute(statement)).scalars().all()


async def enrol_invited(
    session: AsyncSession, invitation: CourseInvitation, person_id: uuid.UUID
) -> None:
    """Enrol somebody as they are invited. Who is in the course already stays what they are; what
    was not known of them is from the invitation."""
    statement = insert(Enrolment).values(
        id=uuid.uuid4(),
        course_id=invitation.course_id,
        person_id=person_id,
        role=invitation.role,
        section_id=invitation.section_id,
        student_number=invitation.student_number,
    )
    new = statement.excluded
    left = Enrolment.left_at.is_not(None)
    statement = statement.on_conflict_do_update(
        index_elements=[Enrolment.course_id, Enrolment.person_id],
        set_={
            "left_at": None,
            "taken_out": False,
            "role": case((left, new.role), else_=Enrolment.role),
            "section_id": func.coalesce(Enrolment.section_id, new.section_id),
            "student_number": func.coalesce(Enrolment.student_number, new.student_number),
        },
    )
    await session.execute(statement)


async def invitations(
    session: AsyncSession, course_id: uuid.UUID
) -> Sequence[tuple[CourseInvitation, str | None]]:
    """Who is invited to a course, by address, each with the name of their section."""
    statement = (
        select(CourseInvitation, Section.name)
        .outerjoin(Section, Section.id == CourseInvitation.section_id)
        .where(CourseInvitation.course_id == course_id)
        .order_by(CourseInvitation.email)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in (await session.execute(statement)).all()]


async def withdraw(session: AsyncSession, course_id: uuid.UUID, invitation_id: uuid.UUID) -> bool:
    """Delete an invitation to a course; whether there was one to delete."""
    statement = (
        delete(CourseInvitation)
        .where(CourseInvitation.course_id == course_id, CourseInvitation.id == invitation_id)
        .returning(CourseInvitation.id)
    )
    return (await session.execute(statement)).one_or_none() is not None
