"""Endpoints of courses and their sections."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Query

from app.accounts.dependencies import SignedIn
from app.courses import sections, service
from app.courses.access import CourseMaker, Owner, Participant, Teacher
from app.courses.schemas import (
    CourseCreate,
    CourseList,
    CourseUpdate,
    CourseView,
    SectionList,
    SectionName,
    SectionView,
    Which,
)
from app.courses.texts import EmptyLine
from app.db.session import SessionDep
from app.errors import (
    CrossSiteRequest,
    Forbidden,
    NameTaken,
    NotConfirmed,
    NotFound,
    NotSignedIn,
    ScopeMissing,
    ServiceError,
    TooLarge,
    TooSlow,
    documented,
)

router = APIRouter(prefix="/api/v1/courses", tags=["courses"])

Limit = Annotated[int, Query(ge=1, le=500)]
Offset = Annotated[int, Query(ge=0, le=1_000_000, description="how many to pass over")]

# What reading in a course, and changing something there, may be answered.
READING: tuple[type[ServiceError], ...] = (NotSignedIn, ScopeMissing, NotFound)
CHANGING = (*READING, Forbidden, CrossSiteRequest)
SENDING = (*CHANGING, TooLarge, TooSlow)


@router.get("", responses=documented(NotSignedIn, ScopeMissing, Forbidden))
async def list_courses(
    session: SessionDep,
    person: SignedIn,
    which: Which = Which.MINE,
    limit: Limit = 100,
    offset: Offset = 0,
) -> CourseList:
    """The courses that you are in."""
    return await service.list_courses(session, person, which, limit, offset)


@router.post(
    "",
    status_code=201,
    responses=documented(NotSignedIn, ScopeMissing, Forbidden, CrossSiteRequest, TooLarge, TooSlow),
)
async def create_course(body: CourseCreate, session: SessionDep, person: CourseMaker) -> CourseView:
    """Make a course, of which you are the owner."""
    return await service.create(session, person, body)


@router.get("/{course_id}", responses=documented(*READING))
async def view_course(session: SessionDep, who: Participant) -> CourseView:
    """A course that you are in."""
    return await service.view(session, who.person, who.course.id)


@router.patch("/{course_id}", responses=documented(*SENDING))
async def update_course(body: CourseUpdate, session: SessionDep, who: Teacher) -> CourseView:
    """Change a course's settings, archive it, or take it up again."""
    return await service.update(session, who, body)


@router.delete("/{course_id}", status_code=204, responses=documented(*CHANGING, NotConfirmed))
async def delete_course(
    session: SessionDep,
    who: Owner,
    confirm: Annotated[EmptyLine, Query(description="the course's title")] = "",
) -> None:
    """Delete a course with its assignments and grades, for good. Submissions stay with their
    people, as practice."""
    await service.delete(session, who, confirm)


@router.get("/{course_id}/sections", responses=documented(*READING))
async def list_sections(session: SessionDep, who: Participant) -> SectionList:
    """The sections of a course."""
    return await sections.list_sections(session, who.course.id)


@router.post("/{course_id}/sections", status_code=201, responses=documented(*SENDING, NameTaken))
async def create_section(body: SectionName, session: SessionDep, who: Teacher) -> SectionView:
    """Make a section."""
    return await sections.create(session, who, body.name)


@router.patch("/{course_id}/sections/{section_id}", responses=documented(*SENDING, NameTaken))
async def rename_section(
    section_id: uuid.UUID, body: SectionName, session: SessionDep, who: Teacher
) -> SectionView:
    """Give a section another name."""
    return await sections.rename(session, who, section_id, body.name)


@router.delete(
    "/{course_id}/sections/{section_id}", status_code=204, responses=documented(*CHANGING)
)
async def delete_section(section_id: uuid.UUID, session: SessionDep, who: Teacher) -> None:
    """Delete a section. Its people stay in the course."""
    await sections.delete(session, who, section_id)
