"""What the pages of courses have in common: the frame, and forms that say what is wrong."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.access import InCourse
from app.db.session import SessionDep
from app.errors import Invalid, ServiceError
from app.gradebook.regrades_repository import count_open
from app.web.templating import page


async def _count_questions(request: Request, session: SessionDep) -> None:
    """Note how many questions wait, for the tabs: who may see the number, the tabs know."""
    try:
        course_id = uuid.UUID(request.path_params["course_id"])
    except (KeyError, ValueError):
        return
    request.state.open_questions = await count_open(session, course_id)


# What the routers of a course's pages depend on.
FRAME = Depends(_count_questions)


def course_page(
    request: Request, template: str, who: InCourse, tab: str, *, status: int = 200, **context: Any
) -> HTMLResponse:
    """A page below a course's tabs."""
    return page(
        request,
        template,
        person=who.person,
        status=status,
        section="courses",
        tab=tab,
        who=who,
        course=who.course,
        open_questions=getattr(request.state, "open_questions", 0),
        **context,
    )


@dataclass(frozen=True)
class Complaints:
    """What is wrong with a form, in sentences, and the status of the page that says so: the one by
    which the API refuses the same."""

    sentences: tuple[str, ...] = ()
    status: int = HTTPStatus.OK

    def __bool__(self) -> bool:
        return bool(self.sentences)


NO_COMPLAINTS = Complaints()


async def complaints_about(
    session: AsyncSession, action: Callable[[], Awaitable[object]], who: InCourse | None = None
) -> Complaints:
    """Do what a form asks for; or say what is wrong with it, and then nothing is done."""
    try:
        async with session.begin_nested():
            await action()
    except ValidationError as error:
        sentences = tuple(_sentence(item["loc"], item["msg"]) for item in error.errors())
        found = Complaints(sentences, Invalid.status)
    except ServiceError as error:
        found = Complaints((str(error.detail),), error.status)
    else:
        return NO_COMPLAINTS
    if who is not None:
        # What was undone is not what the page has in its hands.
        await session.refresh(who.course)
    return found


def _sentence(place: tuple[int | str, ...], words: str) -> str:
    words = words.removeprefix("Value error, ").rstrip(".")
    name = str(place[-1]).replace("_", " ") if place else ""
    return f"{name.capitalize()}: {words}." if name else f"{words}."
