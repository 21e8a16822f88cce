"""Joining a course by its code, and leaving it; the code made, renewed and switched off."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.throttle import limited, network_of_host
from app.courses import joining_repository as repository
from app.courses import service
from app.courses.access import InCourse
from app.courses.grading import recompute
from app.courses.joining_codes import new_code, shown, understood
from app.courses.people_schemas import CourseInvitationList, CourseInvitationView
from app.courses.schemas import CourseView, FreshJoinCode
from app.db.engine import Database
from app.errors import Forbidden, NotFound
from app.models import CourseRole, Person
from app.settings import Settings

# A class behind one address types codes at the same time; one person mistypes a few.
WRONG_CODES_OF_A_PERSON = 10
WRONG_CODES_OF_A_NETWORK = 100


async def join(database: Database, person: Person, host: str | None, code: str) -> CourseView:
    """Enrol a person in the course that has this code. Twice is harmless. Raises NotFound,
    Forbidden for who was taken out of the course, and TooManyTries for who guesses."""
    limits = {
        f"join {person.id}": WRONG_CODES_OF_A_PERSON,
        f"join {network_of_host(host)}": WRONG_CODES_OF_A_NETWORK,
    }
    async with (
        limited(database, limits, "Too many wrong join codes were tried."),
        database.session() as session,
    ):
        known = understood(code)
        course = await repository.course_of_code(session, known) if known else None
        if course is None:
            raise NotFound(
                "No course takes people in by this code. Look at it again, or ask who teaches the "
                "course: it may have been renewed."
            )
        if await repository.join(session, course.id, person.id):
            await recompute(session, course.id, [person.id])
        elif await repository.is_taken_out(session, course.id, person.id):
            raise Forbidden(
                "The staff of this course took you out of it, so that its code does not take you "
                "in. Ask them to: they find you among the people who have left."
            )
        return await service.view(session, person, course.id)


async def renew_code(session: AsyncSession, settings: Settings, who: InCourse) -> FreshJoinCode:
    """Give a course a fresh join code: the one before it enrols nobody any more."""
    course = await service.locked(session, who.course.id)
    if course.archived_at is not None:
        raise Forbidden("The course is archived and takes nobody in. Take it up again first.")
    code = new_code()
    await repository.set_code(session, who.course.id, code)
    return FreshJoinCode(code=str(shown(code)), url=join_url(settings, str(shown(code))))


async def switch_code_off(session: AsyncSession, who: InCourse) -> None:
    """Let no code enrol anybody any more."""
    await service.locked(session, who.course.id)
    await repository.set_code(session, who.course.id, None)


def join_url(settings: Settings, code: str) -> str:
    """The page that takes who is signed in into the course with this code."""
    return f"{settings.base_url}/courses/join?code={code}"


async def list_invitations(session: AsyncSession, course_id: uuid.UUID) -> CourseInvitationList:
    """Who is invited to a course and has no account yet, by address."""
    return CourseInvitationList(
        items=tuple(
            CourseInvitationView(
                id=each.id,
                email=each.email,
                role=CourseRole(each.role),
                section=each.section_id,
                section_name=section,
                student_number=each.student_number,
                created_at=each.created_at,
            )
            for each, section in await repository.invitations(session, course_id)
        )
    )


async def withdraw_invitation(
    session: AsyncSession, who: InCourse, invitation_id: uuid.UUID
) -> None:
    """Invite somebody no more."""
    await service.locked(session, who.course.id)
    if not await repository.withdraw(session, who.course.id, invitation_id):
        raise NotFound("There is no such invitation: it was used or withdrawn already.")
