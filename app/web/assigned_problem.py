"""A problem by the version that judges what is sent to it: the one that an assignment pins, or for
practice the one on the shelf."""

from __future__ import annotations

import contextlib
import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments.snapshots import package_of, versions
from app.catalog import service as catalog
from app.catalog.schemas import ProblemView
from app.errors import Unavailable, UnknownProblem
from app.models import AssignmentProblem, Person
from app.submissions import assigned_repository
from judge.package import Package
from judge.package_error import PackageError


async def as_set(session: AsyncSession, person: Person, problem: AssignmentProblem) -> ProblemView:
    """A problem by the version that an assignment pins, with the groups hidden that it hides. The
    way on is the assignment, not the track. Raises Unavailable where that version cannot be had:
    another may ask for something else than what is judged."""
    pinned = await _pinned(session, problem)
    view = await catalog.view_problem(
        session,
        problem.problem_slug,
        person,
        pinned=pinned,
        hidden_groups=problem.hidden_groups,
    )
    return view.model_copy(update={"previous": None, "next": None})


async def reveal_hint_as_set(
    session: AsyncSession, person: Person, problem: AssignmentProblem
) -> None:
    """Reveal the next hint of the version that an assignment pins. Raises as as_set does, and
    NothingLeft."""
    pinned = await _pinned(session, problem)
    await catalog.reveal_hint(session, problem.problem_slug, person, pinned=pinned)


async def problem_sent_to(
    session: AsyncSession, person: Person, slug: str, problem_id: uuid.UUID | None
) -> ProblemView:
    """The problem to which something was submitted, for who may read that: what came of it is shown
    by another version where the right one cannot be had. Raises Unavailable where none can."""
    row = None
    if problem_id is not None:
        row = await assigned_repository.find(session, problem_id)
    if row is not None:
        with contextlib.suppress(Unavailable):
            return await as_set(session, person, row[0])
    hidden = () if row is None else row[0].hidden_groups
    try:
        return await catalog.view_problem(session, slug, person, hidden_groups=hidden)
    except UnknownProblem:
        # It is off the shelf since; what was submitted to it stays.
        pinned = await _last_version(session, slug)
        return await catalog.view_problem(
            session, slug, person, pinned=pinned, hidden_groups=hidden
        )


async def _pinned(session: AsyncSession, problem: AssignmentProblem) -> Package:
    try:
        return await package_of(session, problem.package_sha256)
    except PackageError as error:
        raise _unavailable() from error


async def _last_version(session: AsyncSession, slug: str) -> Package:
    for stored in await versions(session, slug):
        with contextlib.suppress(PackageError):
            return await package_of(session, stored.sha256)
    raise _unavailable()


def _unavailable() -> Unavailable:
    return Unavailable(
        "This server cannot read the version of the problem by which programs are judged here. "
        "Nothing that was submitted is lost. Tell your instructor or who runs the service, whose "
        "log says more."
    )
