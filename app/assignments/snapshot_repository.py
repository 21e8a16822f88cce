"""Queries on stored versions of problems. Archives are read only where one is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from app.models import PackageSnapshot
from judge.package import Package


async def slugs_by_sha256(session: AsyncSession) -> dict[str, str]:
    """The slug of every stored version, by its hash."""
    rows = await session.execute(select(PackageSnapshot.sha256, PackageSnapshot.slug))
    return {row.sha256: row.slug for row in rows.all()}


async def add(session: AsyncSession, fresh: Sequence[tuple[Package, bytes]]) -> None:
    """Store packages with their archives, but for those that another process just has."""
    if not fresh:
        return
    rows = [
        {
            "sha256": package.sha256,
            "slug": package.slug,
            "version": package.spec.version,
            "archive": archive,
        }
        for package, archive in fresh
    ]
    await session.execute(insert(PackageSnapshot).on_conflict_do_nothing(), rows)


async def rename(session: AsyncSession, sha256: str, slug: str) -> None:
    """Note that a stored version goes by another slug now."""
    await session.execute(
        update(PackageSnapshot).where(PackageSnapshot.sha256 == sha256).values(slug=slug)
    )


async def slug_of(session: AsyncSession, sha256: str) -> str | None:
    """The slug of a stored version; None where there is no such version."""
    statement = select(PackageSnapshot.slug).where(PackageSnapshot.sha256 == sha256)
    return (await session.execute(statement)).scalar_one_or_none()


async def archive_of(session: AsyncSession, sha256: str) -> bytes:
    """The archive of a stored version."""
    statement = select(PackageSnapshot.archive).where(PackageSnapshot.sha256 == sha256)
    return (await session.execute(statement)).scalar_one()


async def versions(session: AsyncSession, slug: str) -> Sequence[PackageSnapshot]:
    """The stored versions of a problem, the latest first, without their archives."""
    statement = (
        select(PackageSnapshot)
        .options(defer(PackageSnapshot.archive, raiseload=True))
        .where(PackageSnapshot.slug == slug)
        .order_by(PackageSnapshot.created_at.desc(), PackageSnapshot.sha256)
    )
    return (await session.execute(statement)).scalars().all()
