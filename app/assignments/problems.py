"""The problems of an assignment: added, changed, removed, each held against its package."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments import repository, snapshot_repository
from app.assignments.schemas import ProblemOrder, ProblemVersion, ProblemVersions
from app.assignments.snapshots import package_of, versions
from app.errors import ErrorItem, HasSubmissions, Invalid, UnknownProblem
from app.models import Assignment, AssignmentProblem
from judge.package_error import PackageError, nearest
from judge.plan import new_seed


async def set_problems(
    session: AsyncSession,
    assignment: Assignment,
    rows: Sequence[AssignmentProblem],
    orders: Sequence[ProblemOrder],
) -> None:
    """Make the problems of an assignment those that are ordered, in that order. ``rows`` are those
    it has. Raises HasSubmissions where one that goes has submissions."""
    _refuse_twice(orders)
    before = {row.problem_slug: row for row in rows}
    wanted = {order.problem for order in orders}
    await _remove(session, [row for row in rows if row.problem_slug not in wanted])
    fresh = []
    for position, order in enumerate(orders):
        row = before.get(order.problem)
        place = f"body.problems.{position}"
        sha256 = await _version(session, order, row, place)
        hidden = order.hidden_groups
        if hidden is None:
            hidden = tuple(row.hidden_groups) if row is not None else ()
        if row is None or (hidden, sha256) != (tuple(row.hidden_groups), row.package_sha256):
            await _check_groups(session, sha256, hidden, f"{place}.hidden_groups")
        if row is None:
            row = AssignmentProblem(
                id=uuid.uuid4(),
                assignment_id=assignment.id,
                problem_slug=order.problem,
                plan_seed=new_seed(),
            )
            fresh.append(row)
        row.position = position
        row.points = order.points
        row.package_sha256 = sha256
        row.hidden_groups = list(hidden)
    await repository.add_problems(session, fresh)


async def list_versions(session: AsyncSession, slug: str) -> ProblemVersions:
    """The versions of a problem that can be pinned, the latest first."""
    stored = await versions(session, slug)
    if not stored:
        raise UnknownProblem(slug)
    current = await repository.current_version(session, slug)
    return ProblemVersions(
        problem=slug,
        items=tuple(
            ProblemVersion(
                package_sha256=each.sha256,
                version=each.version,
                stored_at=each.created_at,
                current=each.sha256 == current,
            )
            for each in stored
        ),
    )


def _refuse_twice(orders: Sequence[ProblemOrder]) -> None:
    seen: set[str] = set()
    for position, order in enumerate(orders):
        if order.problem in seen:
            raise _invalid(
                f"The problem {order.problem!a} is in the list twice. Name it once.",
                f"body.problems.{position}.problem",
            )
        seen.add(order.problem)


async def _remove(session: AsyncSession, rows: Sequence[AssignmentProblem]) -> None:
    if not rows:
        return
    ids = [row.id for row in rows]
    await repository.lock_problems(session, ids)
    submitted = await repository.submissions_by_problem(session, ids)
    for row in rows:
        if count := submitted.get(row.id):
            raise HasSubmissions(
                f"The problem {row.problem_slug!a} has {count} "
                f"{'submission' if count == 1 else 'submissions'} and stays in the assignment. "
                "With 0 points it counts for nothing."
            )
    for row in rows:
        session.expunge(row)
    await repository.remove_problems(session, ids)


async def _version(
    session: AsyncSession, order: ProblemOrder, row: AssignmentProblem | None, place: str
) -> str:
    if order.package_sha256 is None:
        sha256 = row.package_sha256 if row is not None else None
        sha256 = sha256 or await repository.current_version(session, order.problem)
        if sha256 is None:
            raise UnknownProblem(order.problem)
    else:
        sha256 = order.package_sha256
    if row is not None and sha256 == row.package_sha256:
        return sha256
    if await snapshot_repository.slug_of(session, sha256) != order.problem:
        raise _invalid(
            f"The problem {order.problem!a} has no version with this hash. GET .../problem-versions"
            f"?problem={order.problem} lists those that it has.",
            f"{place}.package_sha256",
        )
    return sha256


async def _check_groups(
    session: AsyncSession, sha256: str, hidden: Sequence[str], place: str
) -> None:
    if not hidden:
        return
    try:
        package = await package_of(session, sha256)
    except PackageError as error:
        raise _invalid(f"This version cannot be used any more: {error}.", place) from error
    known = [group.name for group in package.spec.groups]
    for name in hidden:
        if name not in known:
            tail = nearest(name, known)
            tail = tail if tail.endswith("?") else f"{tail}."
            raise _invalid(
                f"The version {package.spec.version} of {package.slug} has no group called "
                f"{name!a}{tail} Only its groups can be hidden.",
                place,
            )
    if len(set(hidden)) < len(hidden):
        raise _invalid("A group is named twice. Name it once.", place)


def _invalid(detail: str, location: str) -> Invalid:
    return Invalid(detail, errors=[ErrorItem(location=location, message=detail)])
