"""The log of what happened to accounts: written in the transaction of what it tells of."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.accounts.schemas import AuditPage, AuditView
from app.models import AuditEntry, AuditKind, Person


async def record(
    session: AsyncSession,
    kind: AuditKind,
    *,
    person_id: uuid.UUID | None,
    actor_id: uuid.UUID | None,
    **details: str | list[str],
) -> None:
    """Write down what happened to ``person_id``, and by whom. Nothing in ``details`` may name a
    person: entries stay when an account is deleted."""
    session.add(
        AuditEntry(kind=kind.value, person_id=person_id, actor_id=actor_id, details=details)
    )
    await session.flush()


async def read_page(
    session: AsyncSession,
    before: int | None,
    person_id: uuid.UUID | None,
    kind: AuditKind | None,
    limit: int,
) -> AuditPage:
    """Entries, the newest first: those before one, about one person or of one kind where that is
    asked for."""
    actor = aliased(Person)
    statement = (
        select(AuditEntry, Person.name, actor.name)
        .outerjoin(Person, Person.id == AuditEntry.person_id)
        .outerjoin(actor, actor.id == AuditEntry.actor_id)
        .order_by(AuditEntry.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    if person_id is not None:
        statement = statement.where(AuditEntry.person_id == person_id)
    if kind is not None:
        statement = statement.where(AuditEntry.kind == kind.value)
    rows = (await session.execute(statement)).all()
    items = tuple(
        AuditView(
            id=entry.id,
            at=entry.at,
            kind=AuditKind(entry.kind),
            person=entry.person_id,
            name=name,
            actor=entry.actor_id,
            actor_name=actor_name,
            details=entry.details,
        )
        for entry, name, actor_name in rows[:limit]
    )
    return AuditPage(items=items, next=items[-1].id if len(rows) > limit else None)
