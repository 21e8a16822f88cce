"""Pages of extensions and accommodations."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData

from app.assignments import grants, repository
from app.assignments.grants_repository import students
from app.assignments.grants_schemas import GrantCreate, GrantUpdate, GrantView
from app.assignments.schemas import Effect
from app.courses.access import InCourse, Observer, Power, Teacher
from app.courses.sections import list_sections
from app.db.session import SessionDep
from app.errors import ServiceError
from app.web import assignment_forms as forms
from app.web.course_frame import FRAME, course_page

router = APIRouter(
    prefix="/courses/{course_id}/extensions",
    include_in_schema=False,
    default_response_class=HTMLResponse,
    dependencies=[FRAME],
)

_AT_ONCE = 100


@router.get("")
async def extensions_page(
    request: Request,
    session: SessionDep,
    who: Observer,
    assignment: Annotated[str, Query(max_length=36)] = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """The extensions and accommodations of a course, the newest first."""
    found = await grants.list_grants(session, who, _id(assignment), None, _AT_ONCE, offset)
    return course_page(
        request,
        "assignments/extensions.html",
        who,
        "extensions",
        found=found,
        offset=offset,
        at_once=_AT_ONCE,
        chosen=assignment,
        assignments=await repository.list_assignments(session, [who.course.id], listed_only=False),
        teaches=who.may(Power.TEACH),
    )


@router.get("/new")
async def new_page(
    request: Request,
    session: SessionDep,
    who: Teacher,
    assignment: Annotated[str, Query(max_length=36)] = "",
    person: Annotated[str, Query(max_length=36)] = "",
) -> Response:
    """The form of something that is to be granted."""
    fields = {"assignment_id": assignment, "later_by": "", "more_attempts": "0"}
    return await _form(request, session, who, None, fields, {person})


@router.post("/new")
async def create(request: Request, session: SessionDep, who: Teacher) -> Response:
    """Grant it and go to the list, or say what is wrong with the form."""
    form = await request.form()
    try:
        values = _values(form, who)
        values["assignment_id"] = forms.text_of(form, "assignment_id") or None
        await grants.create(session, who, GrantCreate.model_validate(values, strict=False))
    except (ValidationError, ServiceError) as error:
        return await _again(request, session, who, None, form, error)
    return RedirectResponse(f"/courses/{who.course.id}/extensions", status_code=303)


@router.get("/{grant_id}")
async def edit_page(
    grant_id: uuid.UUID, request: Request, session: SessionDep, who: Teacher
) -> Response:
    """The form of what was granted."""
    view = await grants.get(session, who, grant_id)
    zone = who.course.time_zone
    fields = {
        "assignment_id": str(view.assignment_id or ""),
        "section_id": str(view.section_id or ""),
        "due_at": forms.on_the_wall(view.due_at, zone),
        "late_until": forms.on_the_wall(view.late_until, zone),
        **forms.span_fields(view.later_by, "later_by"),
        "more_attempts": str(view.more_attempts),
        **({"no_penalty": "on"} if view.no_penalty else {}),
        "reason": view.reason,
    }
    return await _form(request, session, who, view, fields, {str(each.id) for each in view.people})


@router.post("/{grant_id}")
async def edit(
    grant_id: uuid.UUID, request: Request, session: SessionDep, who: Teacher
) -> Response:
    """Change or take back what was granted. Where that takes points from students, ask first."""
    form = await request.form()
    view = await grants.get(session, who, grant_id)
    trial, remove = "confirmed" not in form, "remove" in form
    try:
        order = None if remove else GrantUpdate.model_validate(_values(form, who), strict=False)
        for dry_run in (True, False) if trial else (False,):
            if order is None:
                changed = await grants.delete(session, who, grant_id, dry_run=dry_run)
            else:
                changed = await grants.update(session, who, grant_id, order, dry_run=dry_run)
            if dry_run and changed.effect.lose:
                return await _again(request, session, who, view, form, effect=changed.effect)
    except (ValidationError, ServiceError) as error:
        return await _again(request, session, who, view, form, error)
    return RedirectResponse(f"/courses/{who.course.id}/extensions", status_code=303)


def _values(form: FormData, who: InCourse) -> dict[str, Any]:
    """What a form grants, and to whom; not checked yet."""
    zone = ZoneInfo(who.course.time_zone)
    return {
        "person_ids": [str(each) for each in form.getlist("person_ids")],
        "section_id": forms.text_of(form, "section_id") or None,
        **{
            name: forms.moment_on_wall(forms.text_of(form, name), zone, name)
            for name in ("due_at", "late_until")
        },
        "later_by": forms.span_of(form, "later_by"),
        "more_attempts": forms.text_of(form, "more_attempts") or 0,
        "no_penalty": "no_penalty" in form,
        "reason": forms.text_of(form, "reason"),
    }


async def _again(
    request: Request,
    session: AsyncSession,
    who: InCourse,
    view: GrantView | None,
    form: FormData,
    error: ValidationError | ServiceError | None = None,
    effect: Effect | None = None,
) -> Response:
    named = {str(each) for each in form.getlist("person_ids")}
    return await _form(request, session, who, view, forms.sent(form), named, error, effect)


async def _form(
    request: Request,
    session: AsyncSession,
    who: InCourse,
    view: GrantView | None,
    fields: Mapping[str, str],
    named: set[str],
    error: ValidationError | ServiceError | None = None,
    effect: Effect | None = None,
) -> Response:
    now_in = await students(session, who.course.id)
    ids = {each.person_id for each in now_in}
    return course_page(
        request,
        "assignments/extension.html",
        who,
        "extensions",
        status=200 if error is None else getattr(error, "status", 422),
        grant=view,
        # A box that is not ticked is not sent.
        fields=defaultdict(str, fields),
        named=named,
        students=now_in,
        # Who has left keeps what was granted, and has it when they come back.
        others=[] if view is None else [each for each in view.people if each.id not in ids],
        sections=(await list_sections(session, who.course.id)).items,
        assignments=await repository.list_assignments(session, [who.course.id], listed_only=False),
        complaints=forms.complaints_of(error) if error is not None else (),
        effect=effect,
        units=list(forms.UNITS),
    )


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None
