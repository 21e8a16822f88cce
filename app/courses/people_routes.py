"""Endpoints of the people of a course, one by one."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query, Request

from app.accounts.mail import send_all
from app.courses import class_list, joining, people
from app.courses.access import Member, Observer, Teacher
from app.courses.people_repository import Filter
from app.courses.people_schemas import (
    Added,
    CourseInvitationList,
    PeoplePage,
    PersonAdd,
    PersonRow,
    PersonUpdate,
    Presence,
    Sort,
)
from app.courses.routes import CHANGING, READING, SENDING, Limit, Offset
from app.courses.texts import EmptyLine
from app.db.session import SessionDep
from app.errors import AddressTaken, Forbidden, LastOwner, documented
from app.models import CourseRole

router = APIRouter(prefix="/api/v1/courses/{course_id}", tags=["courses"])


@router.get("/people", responses=documented(*READING, Forbidden))
async def list_people(
    session: SessionDep,
    who: Observer,
    presence: Presence = Presence.CURRENT,
    role: CourseRole | None = None,
    section: uuid.UUID | None = None,
    q: Annotated[EmptyLine, Query(description="part of a name, address or number")] = "",
    sort: Sort = Sort.NAME,
    limit: Limit = 100,
    offset: Offset = 0,
) -> PeoplePage:
    """Who is in the course."""
    wanted = Filter(presence, (role,) if role is not None else (), section, q, sort)
    return await people.list_people(session, who, wanted, limit, offset)


@router.post("/people", status_code=201, responses=documented(*SENDING, AddressTaken))
async def add_person(
    body: PersonAdd,
    request: Request,
    session: SessionDep,
    who: Teacher,
    background: BackgroundTasks,
) -> Added:
    """Enrol somebody by address or name. Who has no account yet is enrolled once they have one
    with that address."""
    settings = request.app.state.settings
    added = await class_list.add_person(session, settings, who, body)
    background.add_task(send_all, settings, added.mails)
    return added.report


@router.patch("/people/{person_id}", responses=documented(*SENDING, LastOwner))
async def change_person(
    person_id: uuid.UUID, body: PersonUpdate, session: SessionDep, who: Teacher
) -> PersonRow:
    """Change somebody's role, section or student number. Owners are named by owners."""
    return await people.change(session, who, person_id, body)


@router.delete("/people/{person_id}", status_code=204, responses=documented(*CHANGING, LastOwner))
async def remove_person(person_id: uuid.UUID, session: SessionDep, who: Teacher) -> None:
    """Take somebody out of the course. Their grades stay, for when they come back."""
    await people.remove(session, who, person_id)


@router.post("/people/{person_id}/restore", responses=documented(*CHANGING))
async def restore_person(person_id: uuid.UUID, session: SessionDep, who: Teacher) -> PersonRow:
    """Take somebody who has left in again."""
    return await people.restore(session, who, person_id)


@router.post("/leave", status_code=204, responses=documented(*CHANGING, LastOwner))
async def leave_course(session: SessionDep, who: Member) -> None:
    """Leave the course. Your grades stay, for when you come back."""
    await people.remove(session, who, who.person.id)


@router.get("/invitations", responses=documented(*READING, Forbidden))
async def list_invitations(session: SessionDep, who: Observer) -> CourseInvitationList:
    """Who is enrolled once they have an account."""
    return await joining.list_invitations(session, who.course.id)


@router.delete("/invitations/{invitation_id}", status_code=204, responses=documented(*CHANGING))
async def withdraw_invitation(invitation_id: uuid.UUID, session: SessionDep, who: Teacher) -> None:
    """Enrol somebody who has no account yet no more."""
    await joining.withdraw_invitation(session, who, invitation_id)
