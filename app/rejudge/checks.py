"""Whether what a rejudge is asked to judge is there, and may be chosen so."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments import snapshots
from app.errors import ErrorItem, Invalid
from app.gradebook.anonymity import is_anonymous
from app.models import PackageSnapshot
from app.rejudge import selection
from app.rejudge.schemas import Choice, RejudgeCreate
from app.rejudge.selection import Setting


async def checked(
    session: AsyncSession, course_id: uuid.UUID, wish: RejudgeCreate, settings: Sequence[Setting]
) -> PackageSnapshot | None:
    """The version that is asked for, once all that is named is there."""
    choice = wish.chosen
    within = [
        each
        for each in settings
        if choice.assignment_id in (None, each.assignment.id)
        and choice.problem_id in (None, each.problem.id)
    ]
    if not within and (choice.assignment_id or choice.problem_id):
        raise _wrong("problem_id", "There is no such problem or assignment in this course.")
    if choice.section_id is not None:
        known = {each.id for each in await selection.sections(session, course_id)}
        if choice.section_id not in known:
            raise _wrong("section_id", "There is no such section in this course.")
    if choice.person_ids:
        await _check_people(session, course_id, choice)
    if choice.person_ids or choice.section_id is not None:
        _refuse_to_unveil(choice, within)
    if wish.package_sha256 is None:
        return None
    if choice.problem_id is None:
        raise _wrong("problem_id", "A version judges one problem: choose which.")
    slug = within[0].problem.problem_slug
    for version in await snapshots.versions(session, slug):
        if version.sha256 == wish.package_sha256:
            return version
    raise Invalid(
        f"No such version of {slug} is stored. GET /api/v1/courses/{course_id}/rejudges/versions "
        "lists those there are.",
        errors=[ErrorItem(location="body.package_sha256", message="no such version")],
    )


async def _check_people(session: AsyncSession, course_id: uuid.UUID, choice: Choice) -> None:
    unknown = await selection.unknown_people(session, course_id, choice.person_ids)
    if unknown:
        raise _wrong(
            "person_ids", f"No student of this course: {', '.join(map(str, unknown[:5]))}."
        )


def _refuse_to_unveil(choice: Choice, within: Sequence[Setting]) -> None:
    """A section can be small: what is chosen by it tells whose it is, as names do."""
    for each in within:
        if is_anonymous(each.assignment):
            raise _wrong(
                "person_ids" if choice.person_ids else "section_id",
                f"“{each.assignment.title}” is graded anonymously: its submissions cannot be "
                "chosen by whose they are. Choose another assignment, or name nobody and no "
                "section.",
            )


def _wrong(field: str, detail: str) -> Invalid:
    item = ErrorItem(location=f"body.chosen.{field}", message=detail.rstrip("."))
    return Invalid(detail, errors=[item])
