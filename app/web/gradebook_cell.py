"""The page of a cell of the gradebook: a student's work on a problem, and their points by hand."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.access import Grader, InCourse, Observer, Power
from app.db.session import SessionDep
from app.errors import NotFound, ServiceError, Unavailable
from app.gradebook import adjustments
from app.gradebook.cell import view_place
from app.gradebook.cell_schemas import AdjustmentPut, AdjustmentRemove
from app.gradebook.dependencies import Reveal
from app.gradebook.sheet import load
from app.gradebook.students import Place, find_place
from app.models import Person
from app.submissions import service as submissions
from app.submissions.schemas import SubmissionView
from app.web.assigned_problem import problem_sent_to
from app.web.course_frame import FRAME, course_page
from app.web.regrades import NO_POINTS
from app.web.results import ResultView, view_result

router = APIRouter(
    prefix="/courses/{course_id}/gradebook/{problem_id}/{student_id}",
    include_in_schema=False,
    default_response_class=HTMLResponse,
    dependencies=[FRAME],
)

Typed = Annotated[str, Form(max_length=2000)]


@router.get("")
async def cell_page(
    problem_id: uuid.UUID,
    student_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    who: Observer,
    reveal: Reveal = False,
    submission: uuid.UUID | None = None,
) -> Response:
    """The submission that counts, or another of theirs, as the student sees it; all beside it."""
    place = await find_place(session, who, problem_id, student_id, reveal=reveal)
    return await _page(request, session, who, place, reveal=reveal, chosen=submission)


@router.post("/adjustment")
async def adjust(
    problem_id: uuid.UUID,
    student_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    who: Grader,
    points: Typed = "",
    reason: Typed = "",
    version: Typed = "",
    remove: Typed = "",
    reveal: Reveal = False,
) -> Response:
    """Set the points by hand or let those earned count again, and come back; or say what is wrong
    beside what was typed."""
    typed = {"points": points, "reason": reason, "version": version}
    try:
        async with session.begin_nested():
            if remove:
                removal = AdjustmentRemove.model_validate({"reason": reason, "version": version})
                await adjustments.remove(
                    session, who, problem_id, student_id, removal, reveal=reveal
                )
            else:
                values = {**typed, "points": points.replace(",", ".")}
                order = AdjustmentPut.model_validate(values, strict=False)
                await adjustments.adjust(session, who, problem_id, student_id, order, reveal=reveal)
    except (ValidationError, ServiceError) as error:
        place = await find_place(session, who, problem_id, student_id, reveal=reveal)
        return await _page(request, session, who, place, reveal=reveal, typed=typed, error=error)
    again = "?reveal=true" if reveal else ""
    url = f"/courses/{who.course.id}/gradebook/{problem_id}/{student_id}{again}#adjustment"
    return RedirectResponse(url, status_code=303)


async def _page(
    request: Request,
    session: AsyncSession,
    who: InCourse,
    place: Place,
    *,
    reveal: bool,
    chosen: uuid.UUID | None = None,
    typed: Mapping[str, str] | None = None,
    error: ValidationError | ServiceError | None = None,
) -> Response:
    view = await view_place(session, who, place)
    ids = [each.id for each in view.submissions]
    shown_id = chosen if chosen in ids else view.submission_id or next(iter(ids), None)
    work = await _as_the_student_sees(session, who.person, shown_id, place.problem.row.id)
    sheet = await load(session, who, place.assignment.id, reveal=reveal)
    everybody = [each.id for each in sheet.students]
    at = everybody.index(place.shown_id) if place.shown_id in everybody else None
    return course_page(
        request,
        "gradebook/cell.html",
        who,
        "gradebook",
        status=200 if error is None else int(getattr(error, "status", 422)),
        cell=view,
        grades_here=who.may(Power.GRADE),
        shown_id=shown_id,
        work=work,
        before=sheet.students[at - 1] if at else None,
        after=sheet.students[at + 1] if at is not None and at + 1 < len(everybody) else None,
        reveal=reveal,
        typed=typed,
        complaint=_complaint(error) if error is not None else None,
    )


async def _as_the_student_sees(
    session: AsyncSession, reader: Person, submission_id: uuid.UUID | None, problem_id: uuid.UUID
) -> tuple[SubmissionView, ResultView | None] | None:
    """A submission and its result; no result where no version of the problem can be had."""
    if submission_id is None:
        return None
    submission = await submissions.get(session, reader, submission_id, as_student=True)
    try:
        problem = await problem_sent_to(session, reader, submission.problem, problem_id)
    except (NotFound, Unavailable):
        return submission, None
    return submission, view_result(submission, problem)


def _complaint(error: ValidationError | ServiceError) -> str:
    if isinstance(error, ServiceError):
        return str(error.detail)
    found = error.errors()[0]
    if found["loc"][0] == "points":
        return NO_POINTS
    return f"{str(found['loc'][0]).capitalize()}: {found['msg'].removeprefix('Value error, ')}."
