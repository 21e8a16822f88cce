"""Pages of questions about grades: the list of a course, and the form beside a submission."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments.schemas import MOST_POINTS
from app.courses.access import Grader, InCourse, Member, Participant, Power, in_course
from app.db.session import SessionDep
from app.errors import AlreadyAnswered, ChangedMeanwhile, Invalid, NotFound
from app.gradebook import regrades
from app.gradebook.regrades_schemas import RegradeAnswer, RegradeState, RegradeView
from app.models import Person
from app.plain_text import WrittenText
from app.submissions.schemas import SubmissionView
from app.web.course_frame import FRAME, course_page

router = APIRouter(
    prefix="/courses/{course_id}/regrades",
    include_in_schema=False,
    default_response_class=HTMLResponse,
    dependencies=[FRAME],
)

# Of points that are typed.
NO_POINTS = f"Points: a number from 0 to {MOST_POINTS:,}, for example 7.5."
_AT_ONCE = 20

Text = Annotated[WrittenText, Form()]


@dataclass(frozen=True)
class Asking:
    """What a student has asked about a problem, the newest first, and whether they may ask now."""

    course_id: uuid.UUID
    problem_id: uuid.UUID
    asked: tuple[RegradeView, ...]
    may_ask: bool


async def view_asking(
    session: AsyncSession, person: Person, submission: SubmissionView
) -> Asking | None:
    """What the reader has to do with the grade of a submission's problem; None where that is
    nothing: of practice, for staff, and as long as grades are not published."""
    if submission.assignment is None:
        return None
    try:
        who = await in_course(session, person, submission.assignment.course_id)
    except NotFound:
        return None
    if who.may(Power.READ_ALL):
        return None
    problem_id = submission.assignment.assignment_problem_id
    found = await regrades.page(
        session, who, state=RegradeState.ALL, problem_id=problem_id, after=None, limit=_AT_ONCE
    )
    may_ask = problem_id in {each.problem_id for each in await regrades.askable(session, who)}
    if not found.items and not may_ask:
        return None
    return Asking(who.course.id, problem_id, found.items, may_ask)


@router.get("")
async def regrades_page(
    request: Request,
    session: SessionDep,
    who: Participant,
    state: RegradeState | None = None,
    after: Annotated[uuid.UUID | None, Query()] = None,
) -> Response:
    """Questions: for staff those that are open, unless others are asked for; for students their
    own."""
    return await _page(request, session, who, state, after)


@router.post("")
async def ask(
    session: SessionDep, who: Member, problem_id: Annotated[uuid.UUID, Form()], text: Text
) -> Response:
    """Ask about a grade."""
    made = await regrades.ask(session, who, problem_id, text)
    return _back(who, f"#regrade-{made.id}")


@router.post("/{regrade_id}/answer")
async def answer(
    regrade_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    who: Grader,
    text: Text,
    points: Annotated[str, Form(max_length=40)] = "",
    version: Annotated[int, Form(ge=0, le=2**31 - 2)] = 0,
) -> Response:
    """Answer a question. Where the points are none, or somebody else was faster, the page says so
    and keeps the words."""
    try:
        order = _order(text, points, version)
        async with session.begin_nested():
            await regrades.answer(session, who, regrade_id, order)
    except (Invalid, AlreadyAnswered, ChangedMeanwhile) as error:
        return await _page(
            request,
            session,
            who,
            RegradeState.OPEN,
            None,
            status=error.status,
            failed=str(error.detail),
            draft=(regrade_id, text),
        )
    return _back(who)


@router.post("/{regrade_id}/take-back")
async def take_back(regrade_id: uuid.UUID, session: SessionDep, who: Member) -> Response:
    """Take a question of the reader's back."""
    await regrades.take_back(session, who, regrade_id)
    return _back(who)


async def _page(
    request: Request,
    session: AsyncSession,
    who: InCourse,
    state: RegradeState | None,
    after: uuid.UUID | None,
    *,
    status: int = 200,
    failed: str = "",
    draft: tuple[uuid.UUID, str] | None = None,
) -> Response:
    staff = who.may(Power.READ_ALL)
    if state is None:
        state = RegradeState.OPEN if staff else RegradeState.ALL
    found = await regrades.page(
        session, who, state=state, problem_id=None, after=after, limit=_AT_ONCE
    )
    # Words for a question that is not shown any more are shown by themselves: they are not lost.
    unsent = draft[1] if draft and draft[0] not in {each.id for each in found.items} else ""
    return course_page(
        request,
        "regrades/regrades.html",
        who,
        "regrades",
        status=status,
        answers=who.may(Power.GRADE),
        found=found,
        staff=staff,
        state=state,
        states=RegradeState,
        first=after is None,
        askable=() if staff else await regrades.askable(session, who),
        failed=failed,
        drafts=dict([draft] if draft else []),
        unsent=unsent,
    )


def _order(text: str, points: str, version: int) -> RegradeAnswer:
    """An answer, with points as people type them or without. Raises Invalid."""
    typed = points.strip().replace(",", ".")
    try:
        return RegradeAnswer(answer=text, points=float(typed) if typed else None, version=version)
    except ValueError as error:
        raise Invalid(NO_POINTS) from error


def _back(who: InCourse, place: str = "") -> Response:
    return RedirectResponse(f"/courses/{who.course.id}/regrades{place}", status_code=303)
