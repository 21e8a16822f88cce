"""Pages of assignments: read by students and staff, made and changed by who teaches."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData

from app.assignments import repository, service
from app.assignments.problems import list_versions
from app.assignments.rules import rules_of
from app.assignments.schemas import (
    AssignedProblem,
    AssignmentChanged,
    AssignmentCreate,
    AssignmentUpdate,
    AssignmentView,
    Effect,
    ProblemVersion,
)
from app.assignments.snapshots import package_of
from app.assignments.wording import rules_in_parts
from app.assignments.yours import late_days_in
from app.catalog.repository import listed_problems
from app.courses.access import InCourse, Participant, Power, Teacher
from app.db.base import now
from app.db.session import SessionDep
from app.errors import ChangedMeanwhile, NotConfirmed, ServiceError
from app.web import assignment_forms as forms
from app.web.course_frame import FRAME, course_page
from judge.package_error import PackageError

router = APIRouter(
    prefix="/courses/{course_id}/assignments",
    include_in_schema=False,
    default_response_class=HTMLResponse,
    dependencies=[FRAME],
)

_EMPTY_ROWS = 3


@dataclass(frozen=True)
class ProblemRow:
    """A problem of the form: what it holds, the versions it can pin, and the groups of the one it
    pins, with whether each is hidden."""

    number: int
    slug: str
    title: str
    points: str
    submissions: int = 0
    version: str = ""
    versions: Sequence[ProblemVersion] = ()
    groups: Sequence[tuple[str, bool]] = ()


@router.get("/new")
async def new_page(request: Request, session: SessionDep, who: Teacher) -> Response:
    """The form of an assignment that is to be made."""
    return await _form(request, session, who, None, forms.empty_fields())


@router.post("/new")
async def create(request: Request, session: SessionDep, who: Teacher) -> Response:
    """Make the assignment and go to it, or say what is wrong with the form."""
    form = await request.form()
    try:
        values = forms.assignment_of(form, _zone(who))
        body = AssignmentCreate.model_validate(values, strict=False)
        async with session.begin_nested():
            made = await service.create(session, who, body)
    except (ValidationError, ServiceError) as error:
        return await _form(request, session, who, None, forms.sent(form), form, error)
    return RedirectResponse(_place(who, made.id), status_code=303)


@router.get("/{assignment_id}")
async def assignment_page(
    assignment_id: uuid.UUID, request: Request, session: SessionDep, who: Participant
) -> Response:
    """An assignment: to a student as it is for them, to staff as it is."""
    view = await service.get(session, who, assignment_id)
    row = await repository.find(session, who.course.id, assignment_id)
    if row is None:
        raise service.no_such_assignment()
    rules = (await rules_of(session, [row], who.course, [who.person.id]))[row.id, who.person.id]
    late_days = await late_days_in(session, who.person.id, who.course) if view.yours else None
    return course_page(
        request,
        "assignments/assignment.html",
        who,
        "assignments",
        assignment=view,
        yours=view.yours,
        rules=rules_in_parts(rules, now()),
        late_days=late_days,
        staff=who.may(Power.READ_ALL),
        teaches=who.may(Power.TEACH),
    )


@router.get("/{assignment_id}/edit")
async def edit_page(
    assignment_id: uuid.UUID, request: Request, session: SessionDep, who: Teacher
) -> Response:
    """The form of an assignment that is there."""
    view = await service.get(session, who, assignment_id)
    return await _form(request, session, who, view, forms.fields_of(view))


@router.post("/{assignment_id}/edit")
async def edit(
    assignment_id: uuid.UUID, request: Request, session: SessionDep, who: Teacher
) -> Response:
    """Change the assignment. Where that takes points from students, ask first."""
    form = await request.form()
    view = await service.get(session, who, assignment_id)
    try:
        values = {
            **forms.assignment_of(form, _zone(who)),
            **forms.kept_dates(form, view),
            "version": forms.text_of(form, "version"),
            "reason": forms.text_of(form, "reason"),
        }
        order = AssignmentUpdate.model_validate(values, strict=False)
        effect = await _lost_unless_confirmed(session, who, assignment_id, order, form)
        if effect is not None:
            return await _form(request, session, who, view, forms.sent(form), form, effect=effect)
        await service.update(session, who, assignment_id, order)
    except (ValidationError, ServiceError) as error:
        return await _form(request, session, who, view, forms.sent(form), form, error)
    return RedirectResponse(_place(who, assignment_id), status_code=303)


@router.post("/{assignment_id}/delete")
async def delete(
    assignment_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    who: Teacher,
    confirmation: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Delete the assignment and go to the course."""
    view = await service.get(session, who, assignment_id)
    try:
        await service.delete(session, who, assignment_id, confirmation)
    except ServiceError as error:
        return await _form(request, session, who, view, forms.fields_of(view), error=error)
    return RedirectResponse(f"/courses/{who.course.id}", status_code=303)


async def _lost_unless_confirmed(
    session: AsyncSession,
    who: InCourse,
    assignment_id: uuid.UUID,
    order: AssignmentUpdate,
    form: FormData,
) -> Effect | None:
    """What a change takes from students, where that was not said and confirmed yet."""
    if "confirmed" in form:
        return None
    trial: AssignmentChanged = await service.update(
        session, who, assignment_id, order, dry_run=True
    )
    return trial.effect if trial.effect.lose else None


async def _form(
    request: Request,
    session: AsyncSession,
    who: InCourse,
    view: AssignmentView | None,
    fields: Mapping[str, str],
    form: FormData | None = None,
    error: ValidationError | ServiceError | None = None,
    effect: Effect | None = None,
) -> Response:
    status = 200 if error is None else getattr(error, "status", 422)
    known = {problem.problem: problem for problem in view.problems} if view is not None else {}
    rows = (
        [await _row_of(session, number, each) for number, each in enumerate(known.values())]
        if form is None
        else await _rows_sent(session, form, known)
    )
    first = max((row.number for row in rows), default=-1) + 1
    rows += [ProblemRow(first + more, "", "", "10") for more in range(_EMPTY_ROWS)]
    return course_page(
        request,
        "assignments/form.html",
        who,
        "assignments",
        status=status,
        assignment=view,
        # A box that is not ticked is not sent.
        fields=defaultdict(str, fields),
        rows=rows,
        problems=await listed_problems(session),
        complaints=forms.complaints_of(error) if error is not None else (),
        stale=isinstance(error, ChangedMeanwhile),
        deleting=isinstance(error, NotConfirmed),
        effect=effect,
        units=list(forms.UNITS),
    )


async def _row_of(session: AsyncSession, number: int, problem: AssignedProblem) -> ProblemRow:
    return ProblemRow(
        number,
        problem.problem,
        problem.title,
        f"{problem.points:g}",
        problem.submissions or 0,
        problem.package_sha256,
        (await list_versions(session, problem.problem)).items,
        await _groups(session, problem.package_sha256, problem.hidden_groups or ()),
    )


async def _rows_sent(
    session: AsyncSession, form: FormData, known: Mapping[str, AssignedProblem]
) -> list[ProblemRow]:
    found = []
    for number in range(forms.MOST_ROWS):
        slug = forms.text_of(form, f"problem.{number}.slug")
        if not slug:
            continue
        points = forms.text_of(form, f"problem.{number}.points")
        row = ProblemRow(number, slug, "", points)
        if slug in known:
            hidden = [str(each) for each in form.getlist(f"problem.{number}.hidden")]
            version = forms.text_of(form, f"problem.{number}.version")
            stored = (await list_versions(session, slug)).items
            usable = version in {each.package_sha256 for each in stored}
            row = replace(
                row,
                title=known[slug].title,
                submissions=known[slug].submissions or 0,
                version=version,
                versions=stored,
                groups=await _groups(session, version, hidden) if usable else (),
            )
        found.append(row)
    return found


async def _groups(
    session: AsyncSession, sha256: str, hidden: Sequence[str]
) -> list[tuple[str, bool]]:
    """The groups of a version, with whether each is hidden; none of one that cannot be read."""
    try:
        package = await package_of(session, sha256)
    except PackageError:
        return [(name, True) for name in hidden]
    return [(group.name, group.name in hidden) for group in package.spec.groups]


def _zone(who: InCourse) -> ZoneInfo:
    return ZoneInfo(who.course.time_zone)


def _place(who: InCourse, assignment_id: uuid.UUID) -> str:
    return f"/courses/{who.course.id}/assignments/{assignment_id}"
