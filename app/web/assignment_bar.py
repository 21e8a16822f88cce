"""A problem page that is opened from an assignment: the problem as that pins it, and the bar that
says for what the page is."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments import repository as assignments
from app.assignments import yours
from app.assignments.schemas import State, YourProblem
from app.catalog.schemas import ProblemView
from app.catalog.viewing import Viewed, tell_viewed
from app.counts import counted
from app.courses.admission import Admission
from app.courses.rules import AssignmentRules, Bucket, Capped
from app.db.base import now
from app.errors import NotSignedIn, UnknownProblem
from app.models import Person, PlanPolicy
from app.submissions.assigned import Assigned
from app.submissions.errors import NotOpenYet, refused
from app.submissions.opening import Opened, open_assigned
from app.submissions.taking import admission_of
from app.web.assigned_problem import as_set, reveal_hint_as_set


@dataclass(frozen=True)
class AssignmentBar:
    """What the bar says. ``test``: for staff, whose submissions count nowhere. ``practice``: it has
    ended, and what comes now is practice. ``again_at``: when the next attempt comes, where none is
    left now. ``feedback``: when there is more to see, where that is later."""

    problem_id: uuid.UUID
    title: str
    course: str
    href: str
    test: bool
    state: State
    due_at: datetime | None
    closes_at: datetime | None
    practice: bool
    attempts: str
    again_at: datetime | None
    points: float | None
    most_points: float
    submissions: int
    feedback: str | None


async def bar_of(
    session: AsyncSession, person: Person | None, slug: str, problem_id: uuid.UUID
) -> tuple[AssignmentBar, ProblemView]:
    """The bar, and the problem as it is set to this person. Raises an error for who may not see it
    or not yet, and UnknownProblem where the assignment sets another problem."""
    if person is None:
        raise NotSignedIn
    moment = now()
    opened, allowed = await _open(session, person, slug, problem_id, moment)
    assigned = opened.assigned
    mine, state = await _yours(session, person, assigned)
    bar = AssignmentBar(
        problem_id=assigned.problem.id,
        title=assigned.assignment.title,
        course=assigned.course.title,
        href=f"/courses/{assigned.course.id}/assignments/{assigned.assignment.id}",
        test=not opened.student,
        state=state,
        due_at=assigned.rules.window.due_at,
        closes_at=assigned.rules.ends_at,
        practice=assigned.takes_practice(moment),
        attempts=_attempts(assigned.rules, allowed.left),
        again_at=allowed.again_at,
        points=None if mine is None else mine.points,
        most_points=assigned.problem.points,
        submissions=0 if mine is None else mine.submissions,
        feedback=assigned.feedback_withheld(moment),
    )
    shared = assigned.assignment.plan_policy == PlanPolicy.SHARED
    viewed = Viewed(
        slug=assigned.problem.problem_slug,
        package_sha256=assigned.problem.package_sha256,
        plan_seed=assigned.problem.plan_seed if shared else None,
    )
    await tell_viewed(session, viewed)
    return bar, await as_set(session, person, assigned.problem)


async def reveal_hint(
    session: AsyncSession, person: Person, slug: str, problem_id: uuid.UUID
) -> None:
    """Reveal the next hint of the problem as it is set to this person. Raises as bar_of does, and
    NothingLeft."""
    opened, _ = await _open(session, person, slug, problem_id, now())
    await reveal_hint_as_set(session, person, opened.assigned.problem)


async def _open(
    session: AsyncSession, person: Person, slug: str, problem_id: uuid.UUID, moment: datetime
) -> tuple[Opened, Admission]:
    """What was opened, and whether something would be taken now."""
    opened = await open_assigned(session, person, problem_id)
    assigned = opened.assigned
    if assigned.problem.problem_slug != slug:
        raise UnknownProblem(slug)
    allowed = await admission_of(session, assigned, person.id, moment)
    refusal = refused(assigned, allowed, moment) if allowed.refusal is not None else None
    if opened.student and isinstance(refusal, NotOpenYet):
        raise refusal
    return opened, allowed


async def _yours(
    session: AsyncSession, person: Person, assigned: Assigned
) -> tuple[YourProblem | None, State]:
    problems = await assignments.problems_of(session, [assigned.assignment.id])
    found = await yours.of_student(
        session, person.id, [assigned.course], [assigned.assignment], problems
    )
    whole = found[assigned.assignment.id]
    mine = next((each for each in whole.problems if each.id == assigned.problem.id), None)
    return mine, whole.state


def _attempts(rules: AssignmentRules, left: int | None) -> str:
    match rules.attempts:
        case Capped(most=most) | Bucket(holds=most):
            return f"{left or 0} of {counted(most, 'attempt')} left"
        case _:
            return "any number of attempts"
