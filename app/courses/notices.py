"""Telling people of what happened in their courses: ``notify`` writes it, they read it later."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from app.courses import notices_repository as repository
from app.courses.notices_schemas import NoticePage, NoticesRead, NoticeView
from app.db.base import now
from app.errors import NotFound
from app.models import Notice, Person

# What is told is one or two sentences; the link leads to the rest.
_MOST_CHARACTERS = 1000


async def notify(
    session: AsyncSession,
    person_ids: Iterable[uuid.UUID],
    course_id: uuid.UUID,
    text: str,
    link: str | None = None,
    *,
    once: bool = False,
) -> None:
    """Tell each of these people once, in the transaction of what it tells of. ``text`` is plain;
    ``link`` a path on this service, for example ``/courses/{id}/grades``. With ``once``, whoever
    has not read the same words with the same link yet is not told again."""
    if link is not None and (not link.startswith("/") or link.startswith("//")):
        raise ValueError(f"a notice's link is a path on this service, not {link!r}")
    if len(text) > _MOST_CHARACTERS:
        text = f"{text[: _MOST_CHARACTERS - 1]}…"
    people = list(dict.fromkeys(person_ids))
    if once and people:
        told = await repository.not_read_by(session, people, text, link)
        people = [person_id for person_id in people if person_id not in told]
    if people:
        await repository.add(session, people, course_id, text, link)


async def page(
    session: AsyncSession, person: Person, *, unread: bool, after: uuid.UUID | None, limit: int
) -> NoticePage:
    """One page of a person's notices. ``after`` is the ``next`` of the page before."""
    last = (await _find(session, person, after))[0] if after else None
    rows = await repository.list_own(session, person.id, unread=unread, after=last, limit=limit + 1)
    shown = rows[:limit]
    return NoticePage(
        items=tuple(_view(*row) for row in shown),
        unread=await repository.count_unread(session, person.id),
        next=shown[-1][0].id if len(rows) > limit else None,
    )


async def count_unread(session: AsyncSession, person: Person) -> int:
    """How many notices a person has not read."""
    return await repository.count_unread(session, person.id)


async def mark_read(session: AsyncSession, person: Person, notice_id: uuid.UUID) -> NoticeView:
    """Note that a person has read a notice; a second time changes nothing."""
    await _find(session, person, notice_id)
    await repository.mark_read(session, person.id, now(), notice_id)
    notice, course = await _find(session, person, notice_id)
    await session.refresh(notice)
    return _view(notice, course)


async def mark_all_read(session: AsyncSession, person: Person) -> NoticesRead:
    """Note that a person has read all there is."""
    return NoticesRead(read=await repository.mark_read(session, person.id, now(), None))


async def _find(session: AsyncSession, person: Person, notice_id: uuid.UUID) -> tuple[Notice, str]:
    row = await repository.find(session, person.id, notice_id)
    if row is None:
        raise NotFound("There is no such notice among yours. GET /api/v1/me/notices lists them.")
    return row


def _view(notice: Notice, course: str) -> NoticeView:
    return NoticeView(
        id=notice.id,
        course_id=notice.course_id,
        course=course,
        text=notice.text,
        link=notice.link,
        created_at=notice.created_at,
        read_at=notice.read_at,
    )
