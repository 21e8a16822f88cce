"""Endpoints of the catalogue."""

from __future__ import annotations

from fastapi import APIRouter

from app.accounts.dependencies import FOR_ANYBODY, MaybePerson, Submitter
from app.catalog import service
from app.catalog.schemas import HintView, ProblemList, ProblemView, SolutionView
from app.db.session import SessionDep
from app.errors import (
    CrossSiteRequest,
    NothingLeft,
    NotSignedIn,
    ScopeMissing,
    SolutionLocked,
    UnknownProblem,
    documented,
)

router = APIRouter(prefix="/api/v1/problems", tags=["problems"])


@router.get("", responses=documented(NotSignedIn, ScopeMissing), openapi_extra=FOR_ANYBODY)
async def list_problems(session: SessionDep, person: MaybePerson) -> ProblemList:
    """All problems, by track and position."""
    return ProblemList(items=tuple(await service.list_problems(session, person)))


@router.get(
    "/{slug}",
    responses=documented(NotSignedIn, ScopeMissing, UnknownProblem),
    openapi_extra=FOR_ANYBODY,
)
async def view_problem(slug: str, session: SessionDep, person: MaybePerson) -> ProblemView:
    """A problem, with the hints that you revealed and the solution once you earned it."""
    return await service.view_problem(session, slug, person)


@router.post(
    "/{slug}/hints",
    responses=documented(NotSignedIn, ScopeMissing, CrossSiteRequest, UnknownProblem, NothingLeft),
)
async def reveal_hint(slug: str, session: SessionDep, person: Submitter) -> HintView:
    """Reveal the next hint."""
    return await service.reveal_hint(session, slug, person)


@router.get(
    "/{slug}/solution",
    responses=documented(NotSignedIn, ScopeMissing, UnknownProblem, SolutionLocked),
    openapi_extra=FOR_ANYBODY,
)
async def read_solution(slug: str, session: SessionDep, person: MaybePerson) -> SolutionView:
    """The editorial, once you earned it."""
    return await service.read_solution(session, slug, person)
