"""The page of a course's settings: its own, sections, the join code, a copy, the end."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from app.courses import joining, sections, service
from app.courses.access import InCourse, Owner, Power, Teacher
from app.courses.copying import copy_course, first_day
from app.courses.copying_schemas import CopyOrder, CopyView
from app.courses.schemas import CourseUpdate, SectionName
from app.courses.zones import zone_names
from app.db.session import SessionDep
from app.web.course_frame import FRAME, NO_COMPLAINTS, Complaints, complaints_about, course_page
from judge.sandbox.runtime import installed

router = APIRouter(
    prefix="/courses/{course_id}",
    include_in_schema=False,
    default_response_class=HTMLResponse,
    dependencies=[FRAME],
)

Typed = Annotated[str, Form(max_length=1000)]


@router.get("/settings")
async def settings_page(request: Request, session: SessionDep, who: Teacher) -> Response:
    """What can be set."""
    return await _settings(request, session, who)


@router.post("/settings")
async def change_settings(
    request: Request,
    session: SessionDep,
    who: Teacher,
    title: Typed = "",
    term: Typed = "",
    time_zone: Typed = "",
    late_days: Typed = "",
    runtime: Annotated[str | None, Form(max_length=1000)] = None,
) -> Response:
    """Change title, term, time zone, late days and runtime."""

    async def change() -> None:
        values = {"title": title, "term": term, "time_zone": time_zone, "late_days": late_days}
        # One that the server has no more can be kept, and not be chosen.
        if runtime is not None and runtime != (who.course.runtime or ""):
            values["runtime"] = runtime
        await service.update(session, who, CourseUpdate.model_validate(values, strict=False))

    return await _done(request, session, who, change, "course")


@router.post("/settings/archive")
async def archive(
    request: Request, session: SessionDep, who: Teacher, archived: Annotated[bool, Form()]
) -> Response:
    """Archive the course, or take it up again."""

    async def change() -> None:
        await service.update(session, who, CourseUpdate(archived=archived))

    return await _done(request, session, who, change, "end")


@router.post("/settings/delete")
async def delete_course(
    request: Request, session: SessionDep, who: Owner, confirm: Typed = ""
) -> Response:
    """Delete the course and go to the others."""

    async def delete() -> None:
        await service.delete(session, who, confirm)

    if complaints := await complaints_about(session, delete, who):
        return await _settings(request, session, who, complaints)
    return RedirectResponse("/courses", status_code=303)


@router.post("/settings/join-code")
async def renew_code(request: Request, session: SessionDep, who: Teacher) -> Response:
    """Make a join code."""

    async def renew() -> None:
        await joining.renew_code(session, request.app.state.settings, who)

    return await _done(request, session, who, renew, "code")


@router.post("/settings/join-code/off")
async def switch_code_off(request: Request, session: SessionDep, who: Teacher) -> Response:
    """Let no code enrol anybody any more."""

    async def switch_off() -> None:
        await joining.switch_code_off(session, who)

    return await _done(request, session, who, switch_off, "code")


@router.post("/settings/sections")
async def create_section(
    request: Request, session: SessionDep, who: Teacher, name: Typed = ""
) -> Response:
    """Make a section."""

    async def create() -> None:
        await sections.create(session, who, SectionName(name=name).name)

    return await _done(request, session, who, create, "sections")


@router.post("/settings/sections/{section_id}")
async def change_section(
    section_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    who: Teacher,
    name: Typed = "",
    delete: Typed = "",
) -> Response:
    """Give a section another name, or delete it."""

    async def change() -> None:
        if delete:
            await sections.delete(session, who, section_id)
        else:
            await sections.rename(session, who, section_id, SectionName(name=name).name)

    return await _done(request, session, who, change, "sections")


@router.post("/settings/copy")
async def copy(
    request: Request,
    session: SessionDep,
    who: Teacher,
    title: Typed = "",
    term: Typed = "",
    first: Typed = "",
    new_first: Typed = "",
    versions: Typed = "",
    keep_listed: Typed = "",
) -> Response:
    """Copy the course to a new term; says what was copied and leads there."""
    made: list[CopyView] = []

    async def make() -> None:
        values = {
            "title": title,
            "term": term,
            "first_day": first or None,
            "new_first_day": new_first or None,
            "versions": versions,
            "keep_listed": bool(keep_listed),
        }
        made.append(await copy_course(session, who, CopyOrder.model_validate(values)))

    if complaints := await complaints_about(session, make, who):
        return await _settings(request, session, who, complaints)
    return course_page(request, "courses/copied.html", who, "settings", copy=made[0])


async def _done(
    request: Request,
    session: AsyncSession,
    who: InCourse,
    action: Callable[[], Awaitable[object]],
    part: str,
) -> Response:
    """Do it and go back to that part of the page, or say what is wrong."""
    if complaints := await complaints_about(session, action, who):
        return await _settings(request, session, who, complaints)
    return RedirectResponse(f"/courses/{who.course.id}/settings#{part}", status_code=303)


async def _settings(
    request: Request,
    session: AsyncSession,
    who: InCourse,
    complaints: Complaints = NO_COMPLAINTS,
) -> Response:
    view = await service.view(session, who.person, who.course.id)
    code = view.join_code
    return course_page(
        request,
        "courses/settings.html",
        who,
        "settings",
        status=complaints.status,
        view=view,
        sections=(await sections.list_sections(session, who.course.id)).items,
        join_url=joining.join_url(request.app.state.settings, code) if code else "",
        first_day=await first_day(session, who.course),
        zones=zone_names(),
        runtimes=list(installed()),
        owns=who.may(Power.OWN),
        copies=who.person.is_staff,
        complaints=complaints.sentences,
    )
