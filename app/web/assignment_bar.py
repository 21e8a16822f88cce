"""A problem page that is opened from an assignment: the problem as that pins it, and the bar that
says for what the page is."""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments import repository as assignments
from app.assignments import yours
from app.assignments.schemas import State, YourProblem
from app.assignments.snapshots import package_of, versions
from app.catalog import service as catalog
from app.catalog.schemas import ProblemView
from app.catalog.viewing import Viewed, tell_viewed
from app.counts import counted
from app.courses.rules import AssignmentRules, Bucket, Capped
from app.db.base import now
from app.errors import NotSignedIn, UnknownProblem
from app.models import AssignmentProblem, Person, PlanPolicy
from app.submissions import assigned_repository
from app.submissions.assigned import Assigned
from app.submissions.errors import NotOpenYet, refused
from app.submissions.opening import open_assigned
from app.submissions.taking import admission_of
from judge.package import Package
from judge.package_error import PackageError

log = structlog.get_logger(__name__)


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
    opened = await open_assigned(session, person, problem_id)
    assigned = opened.assigned
    if assigned.problem.problem_slug != slug:
        raise UnknownProblem(slug)
    moment = now()
    allowed = await admission_of(session, assigned, person.id, moment)
    refusal = refused(assigned, allowed, moment) if allowed.refusal is not None else None
    if opened.student and isinstance(refusal, NotOpenYet):
        raise refusal
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
    return bar, await _as_set(session, person, assigned.problem)


async def problem_sent_to(
    session: AsyncSession, person: Person, slug: str, problem_id: uuid.UUID | None
) -> ProblemView:
    """The problem to which something was submitted, for who may read that."""
    row = None
    if problem_id is not None:
        row = await assigned_repository.find(session, problem_id)
    if row is not None:
        return await _as_set(session, person, row[0])
    try:
        return await catalog.view_problem(session, slug, person)
    except UnknownProblem:
        # It is off the shelf since; what was submitted to it stays.
        pinned = await _last_version(session, slug)
        return await catalog.view_problem(session, slug, person, pinned=pinned)


async def _last_version(session: AsyncSession, slug: str) -> Package:
    for stored in await versions(session, slug):
        with contextlib.suppress(PackageError):
            return await package_of(session, stored.sha256)
    raise UnknownProblem(slug)


async def _as_set(session: AsyncSession, person: Person, problem: AssignmentProblem) -> ProblemView:
    """A problem by the version that an assignment pins, with the groups hidden that it hides; as it
    is on the shelf where that version cannot be had. The way on is the assignment, not the track.
    """
    slug, pinned = problem.problem_slug, None
    try:
        pinned = await package_of(session, problem.package_sha256)
    except PackageError as error:
        log.error("a pinned package cannot be had", problem=slug, error=str(error))
    view = await catalog.view_problem(
        session, slug, person, pinned=pinned, hidden_groups=problem.hidden_groups
    )
    return view.model_copy(update={"previous": None, "next": None})


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
