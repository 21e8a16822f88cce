"""The sections of a course: made, renamed, deleted."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.courses import sections_repository as repository
from app.courses.access import InCourse
from app.courses.grading import recompute
from app.courses.schemas import SectionList, SectionView
from app.courses.service import locked
from app.errors import Invalid, NameTaken, NotFound
from app.models import Section

MOST_SECTIONS = 200


async def list_sections(session: AsyncSession, course_id: uuid.UUID) -> SectionList:
    """The sections of a course, by name."""
    rows = await repository.list_sections(session, course_id)
    return SectionList(
        items=tuple(
            SectionView(id=section.id, name=section.name, people=people) for section, people in rows
        )
    )


async def create(session: AsyncSession, who: InCourse, name: str) -> SectionView:
    """Make a section. Raises NameTaken where the course has one of that name."""
    await locked(session, who.course.id)
    taken = {section.name.casefold() for section, _ in await _all(session, who)}
    if len(taken) >= MOST_SECTIONS:
        raise Invalid(f"A course has at most {MOST_SECTIONS} sections.")
    _require_free(name, taken)
    section = Section(id=uuid.uuid4(), course_id=who.course.id, name=name)
    await repository.add(session, section)
    return SectionView(id=section.id, name=name, people=0)


async def rename(
    session: AsyncSession, who: InCourse, section_id: uuid.UUID, name: str
) -> SectionView:
    """Give a section another name. Raises NameTaken."""
    await locked(session, who.course.id)
    rows = await _all(session, who)
    people = {section.id: people for section, people in rows}
    if section_id not in people:
        raise _no_such_section()
    _require_free(name, {each.name.casefold() for each, _ in rows if each.id != section_id})
    await repository.rename(session, section_id, name)
    return SectionView(id=section_id, name=name, people=people[section_id])


async def delete(session: AsyncSession, who: InCourse, section_id: uuid.UUID) -> None:
    """Delete a section. Its people stay in the course; extensions that were for all of the section
    end, and grades follow."""
    await locked(session, who.course.id)
    await require(session, who.course.id, section_id)
    people = await repository.remove(session, section_id)
    if people:
        await recompute(session, who.course.id, people)


async def require(session: AsyncSession, course_id: uuid.UUID, section_id: uuid.UUID) -> Section:
    """A section of this course. Raises NotFound."""
    section = await repository.find(session, course_id, section_id)
    if section is None:
        raise _no_such_section()
    return section


async def _all(session: AsyncSession, who: InCourse) -> list[tuple[Section, int]]:
    return list(await repository.list_sections(session, who.course.id))


def _require_free(name: str, taken: set[str]) -> None:
    if name.casefold() in taken:
        raise NameTaken(f"This course has a section named {name!r} already. Choose another name.")


def _no_such_section() -> NotFound:
    return NotFound("This course has no such section. Its page of people lists those there are.")
