"""Questions that students ask about their grades, one at a time for a problem, and the answers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.access import InCourse, Power
from app.courses.grading_repository import hold_course
from app.courses.notices import notify
from app.courses.texts import MOST_CHARACTERS
from app.db.base import now
from app.errors import AlreadyAnswered, AlreadyAsked, Forbidden, NotFound
from app.gradebook import adjustments, anonymity, points_repository
from app.gradebook import regrades_repository as repository
from app.gradebook.authors import author_for_staff, author_for_student
from app.gradebook.cell_schemas import AdjustmentPut
from app.gradebook.points import shown
from app.gradebook.points_repository import NOTHING, Cell
from app.gradebook.regrades_repository import Askable, Asked
from app.gradebook.regrades_schemas import RegradeAnswer, RegradePage, RegradeState, RegradeView
from app.models import CourseRole

_UNKNOWN = "There is no such question that you may read. GET …/regrades lists those there are."


async def ask(
    session: AsyncSession, who: InCourse, problem_id: uuid.UUID, text: str
) -> RegradeView:
    """Ask about one's own grade of a problem whose grades are published."""
    assignment = None
    if await hold_course(session, who.course.id):
        assignment = await repository.hold_problem(session, who.course.id, problem_id)
    if assignment is None:
        raise NotFound("There is no such problem in the assignments of this course.")
    if who.enrolment is None or who.enrolment.role != CourseRole.STUDENT:
        raise Forbidden("Students ask about their own grades; those who grade change them.")
    if assignment.published_at is None:
        raise Forbidden(
            f"The grades of “{assignment.title}” are not published. Once they are you may ask "
            "about yours."
        )
    regrade_id = await repository.add(session, problem_id, who.person.id, text)
    if regrade_id is None:
        raise AlreadyAsked(
            "A question of yours about this problem waits for an answer. Take it back to ask "
            "another one, or wait."
        )
    return await get(session, who, regrade_id)


async def page(
    session: AsyncSession,
    who: InCourse,
    *,
    state: RegradeState,
    problem_id: uuid.UUID | None,
    after: uuid.UUID | None,
    limit: int,
) -> RegradePage:
    """Questions, the newest first: everybody's for staff, else one's own."""
    own = None if who.may(Power.READ_ALL) else who.person.id
    last = (await _find(session, who, after)).request if after else None
    rows = await repository.page(
        session,
        who.course.id,
        person_id=own,
        state=state,
        problem_id=problem_id,
        after=last,
        limit=limit + 1,
    )
    shown_rows = rows[:limit]
    return RegradePage(
        items=tuple(await _views(session, who, shown_rows)),
        open=await repository.count_open(session, who.course.id, own),
        next=shown_rows[-1].request.id if len(rows) > limit else None,
    )


async def get(session: AsyncSession, who: InCourse, regrade_id: uuid.UUID) -> RegradeView:
    """A question."""
    (view,) = await _views(session, who, [await _find(session, who, regrade_id)])
    return view


async def askable(session: AsyncSession, who: InCourse) -> list[Askable]:
    """The problems about whose grades this person may ask now."""
    if who.enrolment is None or who.enrolment.role != CourseRole.STUDENT:
        return []
    return await repository.askable(session, who.course.id, who.person.id)


async def answer(
    session: AsyncSession, who: InCourse, regrade_id: uuid.UUID, order: RegradeAnswer
) -> RegradeView:
    """Answer a question and, where points are given, set them with the answer for a reason. The
    student is told. Raises AlreadyAnswered for the second of two who answer at once."""
    await hold_course(session, who.course.id)
    asked = await _find(session, who, regrade_id, lock=True)
    request = asked.request
    if request.answered_at is not None:
        by = asked.answerer or "Somebody"
        raise AlreadyAnswered(
            f"{by} answered this question at {request.answered_at:%Y-%m-%d %H:%M} UTC. Nothing of "
            "yours was stored."
        )
    if order.points is not None:
        student_id, _ = _student(asked)
        reason = f"Regrade request: {' '.join(order.answer.split())}"
        if len(reason) > MOST_CHARACTERS:
            reason = f"{reason[: MOST_CHARACTERS - 1]}…"
        put = AdjustmentPut(points=order.points, reason=reason, version=order.version)
        await adjustments.adjust(session, who, request.problem_id, student_id, put)
    request.answer = order.answer
    request.answered_by_id = who.person.id
    request.answered_at = now()
    await session.flush()
    await notify(
        session,
        [request.person_id],
        who.course.id,
        f"Your question about {asked.title} in {asked.assignment.title} was answered.",
        f"/courses/{who.course.id}/regrades#regrade-{request.id}",
    )
    return await get(session, who, regrade_id)


async def take_back(session: AsyncSession, who: InCourse, regrade_id: uuid.UUID) -> None:
    """Take a question of one's own back, as long as nobody has answered it."""
    await hold_course(session, who.course.id)
    asked = await _find(session, who, regrade_id, lock=True)
    if asked.request.person_id != who.person.id:
        raise Forbidden("Only who asked a question takes it back; you may answer it.")
    if asked.request.answered_at is not None:
        raise AlreadyAnswered("This question was answered; it stays beside its answer.")
    await repository.remove(session, asked.request)


async def _find(
    session: AsyncSession, who: InCourse, regrade_id: uuid.UUID, *, lock: bool = False
) -> Asked:
    asked = await repository.find(session, who.course.id, regrade_id, lock=lock)
    if asked is None:
        raise NotFound(_UNKNOWN)
    if asked.request.person_id != who.person.id and not who.may(Power.READ_ALL):
        raise NotFound(_UNKNOWN)
    return asked


async def _views(session: AsyncSession, who: InCourse, rows: Sequence[Asked]) -> list[RegradeView]:
    cells = await points_repository.cells(
        session,
        {row.request.problem_id for row in rows},
        {row.request.person_id for row in rows},
    )
    return [_view(who, row, cells) for row in rows]


def _view(
    who: InCourse, asked: Asked, cells: Mapping[tuple[uuid.UUID, uuid.UUID], Cell]
) -> RegradeView:
    request, assignment = asked.request, asked.assignment
    staff = who.may(Power.READ_ALL)
    student_id, student = request.person_id, asked.student
    if staff:
        student_id, student = _student(asked)
    answered_by = None
    if request.answered_at is not None:
        answered_by = author_for_staff(asked.answerer)
        if not staff:
            answered_by = author_for_student(assignment, asked.answerer, asked.answerer_role)
    points, version = None, 0
    if staff or assignment.published_at is not None:
        points = cells.get((request.problem_id, request.person_id), NOTHING).points
        version = asked.adjustment_version or 0
    return RegradeView(
        id=request.id,
        assignment_id=assignment.id,
        assignment=assignment.title,
        problem_id=request.problem_id,
        problem=asked.title,
        student_id=student_id,
        student=student,
        submission_id=request.submission_id,
        text=request.text,
        created_at=request.created_at,
        answer=request.answer,
        answered_by=answered_by,
        answered_at=request.answered_at,
        points=shown(points),
        most_points=asked.problem.points,
        adjustment_version=version,
    )


def _student(asked: Asked) -> tuple[uuid.UUID, str]:
    """What those who grade may know of who asked."""
    return anonymity.shown_student(asked.assignment, asked.request.person_id, asked.student)
