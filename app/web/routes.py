"""The pages, and the parts of pages that are fetched again."""

from __future__ import annotations

import contextlib
import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.accounts.dependencies import MaybePerson, SignedIn, Submitter
from app.catalog import service as catalog
from app.catalog.schemas import ProblemView, State
from app.db.session import SessionDep
from app.errors import NothingLeft
from app.models import AttemptStatus, Person
from app.rejudge.attempts import list_attempts
from app.submissions import service as submissions
from app.submissions.running import closes_practice
from app.submissions.schemas import SubmissionSummary, SubmissionView
from app.web import assignment_bar
from app.web.assigned_problem import problem_sent_to
from app.web.assignment_bar import AssignmentBar, bar_of
from app.web.catalogue import place_of, section_name, sections_of, tracks_of
from app.web.comments import view_code
from app.web.regrades import view_asking
from app.web.results import view_result
from app.web.templating import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/")
async def problem_list(request: Request, session: SessionDep, person: MaybePerson) -> Response:
    """All problems by track."""
    cards = await catalog.list_problems(session, person)
    return page(
        request,
        "catalogue.html",
        person=person,
        section="problems",
        tracks=tracks_of(cards),
        tags=sorted({tag for card in cards for tag in card.tags}),
        solved=sum(card.state is State.SOLVED for card in cards),
        total=len(cards),
    )


@router.get("/problems/{slug}")
async def problem_page(
    slug: str,
    request: Request,
    session: SessionDep,
    person: MaybePerson,
    assignment_problem: uuid.UUID | None = None,
) -> Response:
    """A problem with editor and result; opened from an assignment, what is submitted is for it."""
    bar, problem = await _opened(session, person, slug, assignment_problem)
    cards = await catalog.list_problems(session, person)
    rows = await _recent(session, slug, person, assignment_problem)
    instead = None
    if person is not None and bar is None:
        instead = await closes_practice(session, person, slug)
    unfinished = next((row for row in rows if row.status is not AttemptStatus.DONE), None)
    result = None
    if person is not None and unfinished is not None:
        result = view_result(await submissions.get(session, person, unfinished.id), problem)
    sections = sections_of(problem.statement)
    return page(
        request,
        "problem.html",
        person=person,
        problem=problem,
        bar=bar,
        instead=instead,
        place=place_of(slug, cards) if bar is None else None,
        contents=[section for section in sections if section.level == 2],
        sections={section_name(section) for section in sections},
        submissions=rows,
        points=_points(problem),
        result=result,
        fresh=False,
    )


@router.get("/problems/{slug}/assignment")
async def assignment_part(
    slug: str,
    request: Request,
    session: SessionDep,
    person: SignedIn,
    assignment_problem: uuid.UUID,
) -> Response:
    """The bar that says for which assignment the page is."""
    bar, _ = await bar_of(session, person, slug, assignment_problem)
    return page(request, "problem/assignment_bar.html", person=person, bar=bar, slug=slug)


@router.post("/problems/{slug}/hints")
async def reveal_hint(
    slug: str,
    request: Request,
    session: SessionDep,
    person: Submitter,
    assignment_problem: uuid.UUID | None = None,
) -> Response:
    """Reveal the next hint: the list of hints for the page's script, else back to the page."""
    with contextlib.suppress(NothingLeft):
        if assignment_problem is None:
            await catalog.reveal_hint(session, slug, person)
        else:
            await assignment_bar.reveal_hint(session, person, slug, assignment_problem)
    if "hx-request" not in request.headers:
        query = "" if assignment_problem is None else f"?assignment_problem={assignment_problem}"
        return RedirectResponse(f"/problems/{slug}{query}#hints", status_code=303)
    bar, problem = await _opened(session, person, slug, assignment_problem)
    return page(request, "problem/hints_fresh.html", person=person, problem=problem, bar=bar)


@router.get("/problems/{slug}/solution")
async def solution_part(
    slug: str,
    request: Request,
    session: SessionDep,
    person: MaybePerson,
    assignment_problem: uuid.UUID | None = None,
) -> Response:
    """The solution, or how to unlock it."""
    _, problem = await _opened(session, person, slug, assignment_problem)
    return page(request, "problem/solution_part.html", person=person, problem=problem)


@router.get("/problems/{slug}/submissions")
async def submissions_part(
    slug: str,
    request: Request,
    session: SessionDep,
    person: MaybePerson,
    assignment_problem: uuid.UUID | None = None,
) -> Response:
    """The reader's latest submissions to a problem, and beside them how far that brings them."""
    _, problem = await _opened(session, person, slug, assignment_problem)
    rows = await _recent(session, slug, person, assignment_problem)
    return page(
        request,
        "problem/submissions_fresh.html",
        person=person,
        problem=problem,
        submissions=rows,
        points=_points(problem),
    )


@router.get("/submissions/{submission_id}")
async def submission_page(
    submission_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    person: SignedIn,
    line: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
    edit: uuid.UUID | None = None,
) -> Response:
    """A submission's own page. For who may comment on it, with a form on a line, 0 for all of the
    program, or in place of a comment."""
    submission = await submissions.get(session, person, submission_id)
    problem = await _problem_of(session, person, submission)
    code = None
    if submission.source is not None:
        code = await view_code(
            session, person, submission_id, submission.source, line=line, edit=edit
        )
    return page(
        request,
        "submission.html",
        person=person,
        submission=submission,
        problem=problem,
        result=view_result(submission, problem),
        code=code,
        asking=await view_asking(session, person, submission),
        attempts=await list_attempts(session, person, submission_id),
    )


@router.get("/submissions/{submission_id}/result")
async def result_part(
    submission_id: uuid.UUID, request: Request, session: SessionDep, person: SignedIn
) -> Response:
    """The result as far as it is: the page's script asks again with every event."""
    submission = await submissions.get(session, person, submission_id)
    problem = await _problem_of(session, person, submission)
    return page(
        request, "result/result.html", person=person, result=view_result(submission, problem)
    )


async def _opened(
    session: SessionDep, person: Person | None, slug: str, assignment_problem: uuid.UUID | None
) -> tuple[AssignmentBar | None, ProblemView]:
    if assignment_problem is None:
        return None, await catalog.view_problem(session, slug, person)
    return await bar_of(session, person, slug, assignment_problem)


async def _problem_of(
    session: SessionDep, person: Person, submission: SubmissionView
) -> ProblemView:
    sent_for = submission.assignment
    problem_id = None if sent_for is None else sent_for.assignment_problem_id
    return await problem_sent_to(session, person, submission.problem, problem_id)


async def _recent(
    session: SessionDep, slug: str, person: Person | None, assignment_problem: uuid.UUID | None
) -> list[SubmissionSummary]:
    if person is None:
        return []
    return await submissions.recent(session, person, slug, assignment_problem=assignment_problem)


def _points(problem: ProblemView) -> float:
    return sum(group.points for group in problem.groups)
