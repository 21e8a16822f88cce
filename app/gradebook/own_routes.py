"""The endpoint of a student's own grades."""

from __future__ import annotations

from fastapi import APIRouter

from app.courses.access import Participant
from app.db.session import SessionDep
from app.errors import NotFound, NotSignedIn, ScopeMissing, documented
from app.gradebook import own
from app.gradebook.own_schemas import OwnGrades

router = APIRouter(prefix="/api/v1/courses/{course_id}/grades", tags=["gradebook"])


@router.get("", responses=documented(NotSignedIn, ScopeMissing, NotFound))
async def read(who: Participant, session: SessionDep) -> OwnGrades:
    """What you have earned in a course, why, and how that changed, as far as it is published."""
    return await own.view(session, who)
