"""The endpoint that copies a course."""

from __future__ import annotations

from fastapi import APIRouter

from app.courses.access import Teacher
from app.courses.copying import copy_course
from app.courses.copying_schemas import CopyOrder, CopyView
from app.courses.routes import SENDING
from app.db.session import SessionDep
from app.errors import documented

router = APIRouter(prefix="/api/v1/courses/{course_id}", tags=["courses"])


@router.post("/copies", status_code=201, responses=documented(*SENDING))
async def copy(body: CopyOrder, session: SessionDep, who: Teacher) -> CopyView:
    """Copy the course to a new term: sections and assignments, dates moved, and no people or
    grades. You are the owner of the copy."""
    return await copy_course(session, who, body)
