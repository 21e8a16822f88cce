"""The page of a course's people, and that of a class list: shown first, then applied."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.background import BackgroundTask

from app.accounts.mail import Mail, send_all
from app.courses import class_list, joining, people, sections
from app.courses.access import InCourse, Observer, Power, Teacher
from app.courses.class_list_schemas import ClassListPreview
from app.courses.people_schemas import PersonAdd, PersonUpdate
from app.db.session import SessionDep
from app.errors import ClassListChanged, Invalid
from app.models import CourseRole, Role
from app.web.course_frame import FRAME, NO_COMPLAINTS, Complaints, complaints_about, course_page
from app.web.course_people_filter import asked_of

router = APIRouter(
    prefix="/courses/{course_id}/people",
    include_in_schema=False,
    default_response_class=HTMLResponse,
    dependencies=[FRAME],
)

Typed = Annotated[str, Form(max_length=1000)]

PEOPLE_AT_ONCE = 100


@router.get("")
async def people_page(request: Request, session: SessionDep, who: Observer) -> Response:
    """Who is in the course."""
    return await _people(request, session, who)


@router.post("")
async def add_person(
    request: Request,
    session: SessionDep,
    who: Teacher,
    name: Annotated[str, Form(alias="who", max_length=1000)] = "",
    role: Typed = "student",
    section: Typed = "",
    student_number: Typed = "",
) -> Response:
    """Enrol or invite somebody."""
    settings = request.app.state.settings
    mails: list[Mail] = []

    async def add() -> None:
        values = {
            "who": name,
            "role": role,
            "section": section or None,
            "student_number": student_number,
        }
        order = PersonAdd.model_validate(values)
        mails.extend((await class_list.add_person(session, settings, who, order)).mails)

    answer = await _done(request, session, who, add)
    answer.background = BackgroundTask(send_all, settings, mails)
    return answer


@router.post("/invitations/{invitation_id}/withdraw")
async def withdraw_invitation(
    invitation_id: uuid.UUID, request: Request, session: SessionDep, who: Teacher
) -> Response:
    """Invite somebody no more."""

    async def withdraw() -> None:
        await joining.withdraw_invitation(session, who, invitation_id)

    return await _done(request, session, who, withdraw)


@router.get("/class-list")
async def class_list_page(request: Request, who: Teacher) -> Response:
    """Asks for the file."""
    return _class_list(request, who)


@router.post("/class-list")
async def preview_class_list(
    request: Request,
    session: SessionDep,
    who: Teacher,
    file: Annotated[bytes, File()] = b"",
    pasted: Annotated[str, Form(max_length=600_000)] = "",
    create_accounts: Annotated[bool, Form()] = False,
) -> Response:
    """Show what the file would do."""
    data = file or pasted.encode("utf-8", "surrogatepass")
    settings = request.app.state.settings
    shown = await class_list.preview(session, settings, who, data, create_accounts)
    return _class_list(request, who, shown, data, create_accounts)


@router.post("/class-list/apply")
async def apply_class_list(
    request: Request,
    session: SessionDep,
    who: Teacher,
    content: Annotated[str, Form(max_length=800_000)],
    digest: Typed = "",
    create_accounts: Annotated[bool, Form()] = False,
) -> Response:
    """Do what was shown, or show anew what would be done by now."""
    settings = request.app.state.settings
    data = _content(content)
    try:
        async with session.begin_nested():
            applied = await class_list.apply(session, settings, who, data, digest, create_accounts)
    except ClassListChanged as error:
        await session.refresh(who.course)
        shown = await class_list.preview(session, settings, who, data, create_accounts)
        failed = str(error.detail)
        return _class_list(request, who, shown, data, create_accounts, failed)
    answer = course_page(
        request, "courses/class_list_applied.html", who, "people", done=applied.report
    )
    answer.background = BackgroundTask(send_all, settings, applied.mails)
    return answer


@router.get("/{person_id}")
async def person_page(
    person_id: uuid.UUID, request: Request, session: SessionDep, who: Observer
) -> Response:
    """Somebody who is or was in the course, and what can be changed."""
    return await _person(request, session, who, person_id)


@router.post("/{person_id}")
async def change_person(
    person_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    who: Teacher,
    role: Typed = "",
    section: Typed = "",
    student_number: Typed = "",
) -> Response:
    """Change somebody's role, section and number."""

    async def change() -> None:
        values = {"role": role, "section": section or None, "student_number": student_number}
        await people.change(session, who, person_id, PersonUpdate.model_validate(values))

    return await _changed(request, session, who, person_id, change)


@router.post("/{person_id}/remove")
async def remove_person(
    person_id: uuid.UUID, request: Request, session: SessionDep, who: Teacher
) -> Response:
    """Take somebody out of the course."""

    async def remove() -> None:
        await people.remove(session, who, person_id)

    return await _changed(request, session, who, person_id, remove)


@router.post("/{person_id}/restore")
async def restore_person(
    person_id: uuid.UUID, request: Request, session: SessionDep, who: Teacher
) -> Response:
    """Take somebody who has left in again."""

    async def restore() -> None:
        await people.restore(session, who, person_id)

    return await _changed(request, session, who, person_id, restore)


def _content(encoded: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(encoded)
    except (binascii.Error, ValueError) as error:
        raise Invalid("The file did not come as it was shown. Choose it anew.") from error


def _class_list(
    request: Request,
    who: InCourse,
    shown: ClassListPreview | None = None,
    data: bytes = b"",
    create_accounts: bool = False,
    failed: str = "",
) -> Response:
    return course_page(
        request,
        "courses/class_list.html",
        who,
        "people",
        status=409 if failed else 200,
        shown=shown,
        content=base64.urlsafe_b64encode(data).decode(),
        create_accounts=create_accounts,
        may_create=who.person.role == Role.ADMIN,
        failed=failed,
    )


async def _changed(
    request: Request,
    session: AsyncSession,
    who: InCourse,
    person_id: uuid.UUID,
    action: Callable[[], Awaitable[object]],
) -> Response:
    """Do it and go back to everybody, or say on the person's page what is wrong."""
    if complaints := await complaints_about(session, action, who):
        return await _person(request, session, who, person_id, complaints)
    return RedirectResponse(f"/courses/{who.course.id}/people", status_code=303)


async def _person(
    request: Request,
    session: AsyncSession,
    who: InCourse,
    person_id: uuid.UUID,
    complaints: Complaints = NO_COMPLAINTS,
) -> Response:
    return course_page(
        request,
        "courses/person.html",
        who,
        "people",
        status=complaints.status,
        someone=await people.view(session, who, person_id),
        sections=(await sections.list_sections(session, who.course.id)).items,
        roles=_roles(who),
        complaints=complaints.sentences,
    )


async def _done(
    request: Request,
    session: AsyncSession,
    who: InCourse,
    action: Callable[[], Awaitable[object]],
) -> Response:
    """Do it and go back to the people that were shown, or say what is wrong."""
    if complaints := await complaints_about(session, action, who):
        return await _people(request, session, who, complaints)
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/courses/{who.course.id}/people{query}", status_code=303)


async def _people(
    request: Request,
    session: AsyncSession,
    who: InCourse,
    complaints: Complaints = NO_COMPLAINTS,
) -> Response:
    asked = asked_of(request.query_params)
    offset = (asked.page - 1) * PEOPLE_AT_ONCE
    found = await people.list_people(session, who, asked.filter, PEOPLE_AT_ONCE, offset)
    return course_page(
        request,
        "courses/people.html",
        who,
        "people",
        status=complaints.status,
        found=found,
        asked=asked,
        pages=max(1, -(-found.total // PEOPLE_AT_ONCE)),
        invitations=(await joining.list_invitations(session, who.course.id)).items,
        sections=(await sections.list_sections(session, who.course.id)).items,
        all_roles=list(CourseRole),
        roles=_roles(who),
        complaints=complaints.sentences,
    )


def _roles(who: InCourse) -> list[CourseRole]:
    """The roles that somebody may give."""
    return [role for role in CourseRole if role is not CourseRole.OWNER or who.may(Power.OWN)]
