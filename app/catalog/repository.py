"""Queries on problems and on what people did with them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Attempt, AttemptStatus, HintReveal, PackageSnapshot, Problem, Submission
from app.submissions.repository import get_base_statement as get_submissions_statement
from judge.verdict import Verdict


async def upsert_problems(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Store what the catalogue lists of packages; the moment of update moves only where something
    changed."""
    if not rows:
        return
    statement = insert(Problem).values(listed=True)
    changes = {key: statement.excluded[key] for key in rows[0] if key != "slug"}
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[Problem.slug],
            set_={**changes, "listed": True, "updated_at": func.clock_timestamp()},
            where=(Problem.package_sha256 != statement.excluded.package_sha256)
            | Problem.listed.is_(False)
            | (Problem.uuid != statement.excluded.uuid),
        ),
        rows,
    )


async def unlist_problems_except(session: AsyncSession, slugs: Sequence[str]) -> None:
    """Take the problems off the list whose packages are gone; their submissions stay."""
    await session.execute(
        update(Problem).where(Problem.slug.not_in(slugs), Problem.listed).values(listed=False)
    )


async def listed_problems(session: AsyncSession) -> Sequence[Problem]:
    """The problems on the list, by track and position."""
    statement = (
        select(Problem)
        .where(Problem.listed)
        .order_by(Problem.track, Problem.position, Problem.slug)
    )
    return (await session.execute(statement)).scalars().all()


async def find_problem(session: AsyncSession, slug: str) -> Problem | None:
    """The listed problem of that slug."""
    statement = select(Problem).where(Problem.slug == slug, Problem.listed)
    return (await session.execute(statement)).scalar_one_or_none()


async def find_unlisted(session: AsyncSession, slug: str) -> Problem | None:
    """The problem of that slug, whether it is listed or not."""
    return await session.get(Problem, slug)


async def slugs_by_uuid(session: AsyncSession) -> dict[uuid.UUID, str]:
    """The slugs under which problems are stored."""
    rows = await session.execute(select(Problem.uuid, Problem.slug))
    return {row.uuid: row.slug for row in rows.all()}


async def rename_problem(session: AsyncSession, old: str, new: str) -> None:
    """Give a problem another slug; its submissions, reveals and stored versions follow."""
    await session.execute(update(Problem).where(Problem.slug == old).values(slug=new))
    await session.execute(
        update(PackageSnapshot).where(PackageSnapshot.slug == old).values(slug=new)
    )


@dataclass(frozen=True)
class Tried:
    """That a person had something judged of a problem, as practice or for a problem of an
    assignment, and whether one of that was accepted."""

    slug: str
    assignment_problem_id: uuid.UUID | None
    accepted: bool


async def tried(
    session: AsyncSession, person_id: uuid.UUID, slug: str | None = None
) -> list[Tried]:
    """What a person had judged, of all problems or one, by the attempts that speak. A judge error
    counts for nothing."""
    statement = (
        get_submissions_statement()
        .where(
            Submission.person_id == person_id,
            Attempt.status == AttemptStatus.DONE.value,
            Attempt.verdict != Verdict.IE.value,
        )
        .with_only_columns(
            Submission.problem_slug,
            Submission.assignment_problem_id,
            func.bool_or(Attempt.verdict == Verdict.AC.value),
            maintain_column_froms=True,
        )
        .group_by(Submission.problem_slug, Submission.assignment_problem_id)
    )
    if slug is not None:
        statement = statement.where(Submission.problem_slug == slug)
    return [Tried(*row) for row in (await session.execute(statement)).all()]


async def hints_revealed(session: AsyncSession, person_id: uuid.UUID, slug: str) -> int:
    """How many hints of a problem a person has revealed."""
    statement = select(func.count()).where(
        HintReveal.person_id == person_id, HintReveal.problem_slug == slug
    )
    return (await session.execute(statement)).scalar_one()


async def add_reveal(session: AsyncSession, person_id: uuid.UUID, slug: str, number: int) -> None:
    """Note that a person revealed a hint."""
    session.add(HintReveal(person_id=person_id, problem_slug=slug, number=number))
    await session.flush()
