"""Pages of what was judged of a submission before, or by a rejudge that does not count."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse

from app.accounts.dependencies import SignedIn
from app.db.session import SessionDep
from app.models import AttemptStatus
from app.rejudge import attempts
from app.submissions import service as submissions
from app.web.assigned_problem import problem_sent_to
from app.web.results import view_result
from app.web.templating import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/submissions/{submission_id}/attempts/{number}")
async def attempt_page(
    submission_id: uuid.UUID,
    number: Annotated[int, Path(ge=1, le=2**31 - 1)],
    request: Request,
    session: SessionDep,
    person: SignedIn,
) -> Response:
    """One judging of a submission, as its reader may see it."""
    attempt = await attempts.get_attempt(session, person, submission_id, number)
    submission = await submissions.get(session, person, submission_id)
    notice = f"You see the result {attempt.feedback}." if attempt.feedback else None
    if attempt.report is None and attempt.status is not AttemptStatus.DONE:
        notice = "It waits for its turn behind everything that somebody waits for."
    as_then = submission.model_copy(
        update={
            "attempt": number,
            "status": attempt.status,
            "report": attempt.report,
            "cases": (),
            "notice": notice,
        }
    )
    sent_for = submission.assignment
    problem = await problem_sent_to(
        session,
        person,
        submission.problem,
        None if sent_for is None else sent_for.assignment_problem_id,
    )
    return page(
        request,
        "rejudges/attempt.html",
        person=person,
        submission=submission,
        attempt=attempt,
        attempts=await attempts.list_attempts(session, person, submission_id),
        problem=problem,
        result=view_result(as_then, problem),
    )
