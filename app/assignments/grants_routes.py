"""Endpoints of extensions and accommodations."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.assignments import grants
from app.assignments.grants_schemas import (
    GrantChanged,
    GrantCreate,
    GrantPage,
    GrantUpdate,
    GrantView,
)
from app.assignments.routes import CHANGING, READING, SENDING, DryRun
from app.courses.access import Observer, Teacher
from app.db.session import SessionDep
from app.errors import Forbidden, documented

router = APIRouter(prefix="/api/v1/courses/{course_id}/grants", tags=["assignments"])


@router.get("", responses=documented(*READING, Forbidden))
async def list_grants(
    session: SessionDep,
    who: Observer,
    assignment_id: Annotated[uuid.UUID | None, Query(description="only of this one")] = None,
    person_id: Annotated[uuid.UUID | None, Query(description="only for this student")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> GrantPage:
    """Extensions and accommodations in a course, the newest first."""
    return await grants.list_grants(session, who, assignment_id, person_id, limit, offset)


@router.post("", status_code=201, responses=documented(*SENDING))
async def create(
    body: GrantCreate,
    session: SessionDep,
    who: Teacher,
    response: Response,
    dry_run: DryRun = False,
) -> GrantChanged:
    """Grant students an extension of an assignment, or an accommodation in the whole course. They
    are told."""
    changed = await grants.create(session, who, body, dry_run=dry_run)
    if changed.saved and changed.grant is not None:
        place = f"/api/v1/courses/{who.course.id}/grants/{changed.grant.id}"
        response.headers["Location"] = place
    return changed


@router.get("/{grant_id}", responses=documented(*READING, Forbidden))
async def get(grant_id: uuid.UUID, session: SessionDep, who: Observer) -> GrantView:
    """An extension or an accommodation."""
    return await grants.get(session, who, grant_id)


@router.patch("/{grant_id}", responses=documented(*SENDING))
async def update(
    grant_id: uuid.UUID,
    body: GrantUpdate,
    session: SessionDep,
    who: Teacher,
    dry_run: DryRun = False,
) -> GrantChanged:
    """Change what is given of it; grades follow, and the students are told."""
    return await grants.update(session, who, grant_id, body, dry_run=dry_run)


@router.delete("/{grant_id}", responses=documented(*CHANGING))
async def delete(
    grant_id: uuid.UUID, session: SessionDep, who: Teacher, dry_run: DryRun = False
) -> GrantChanged:
    """Take it back; grades follow, and the students are told."""
    return await grants.delete(session, who, grant_id, dry_run=dry_run)
