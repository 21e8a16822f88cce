"""Pages of a course's rejudges: choosing, how far it is, who gains and loses, the decision."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.access import InCourse, Observer, Power, Teacher
from app.db.session import DatabaseDep, SessionDep
from app.errors import Invalid
from app.models import RejudgeStatus
from app.rejudge import decisions, selection, service, versions
from app.rejudge.errors import AlreadyDecided, OutcomeChanged, StillJudging
from app.rejudge.schemas import Choice, Outcome, RejudgeApply, RejudgePreview
from app.web.course_frame import FRAME, course_page
from app.web.rejudge_forms import complaints, rejudge_link, typed, wish_of
from judge.verdict import Reason, Verdict

router = APIRouter(
    prefix="/courses/{course_id}/rejudges",
    include_in_schema=False,
    default_response_class=HTMLResponse,
    dependencies=[FRAME],
)

_AT_ONCE = 20
# More rows than that nobody reads on a page; the API has them all.
_MOST_ROWS = 1000
_CHANGED = (
    "Nothing was applied: work came in, points were set or rules were changed since you looked. "
    "This is what would change now."
)


@router.get("")
async def rejudges_page(
    request: Request, session: SessionDep, who: Observer, after: uuid.UUID | None = None
) -> Response:
    """The form, filled in by the address, and what was judged again before."""
    return await _page(request, session, who, typed(request.query_params), after=after)


@router.post("")
async def start(
    request: Request,
    session: SessionDep,
    database: DatabaseDep,
    who: Teacher,
    background: BackgroundTasks,
) -> Response:
    """Tell what is chosen or, once that was seen, have it judged again."""
    form = await request.form()
    try:
        wish = await wish_of(session, who, form)
        if form.get("action") != "start":
            preview = await service.preview(session, who, wish)
            return await _page(request, session, who, typed(form), preview=preview)
        async with session.begin_nested():
            view = await service.create(session, who, wish)
    except (ValidationError, Invalid) as error:
        wrong = complaints(error)
        return await _page(request, session, who, typed(form), status=422, wrong=wrong)
    background.add_task(service.queue_all, database, view.id)
    return _to(who, view.id)


@router.get("/{rejudge_id}")
async def rejudge_page(
    rejudge_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    who: Observer,
    nobody_loses: bool = False,
) -> Response:
    """How far it is, who would gain and who would lose."""
    return await _detail(request, session, who, rejudge_id, nobody_loses=nobody_loses)


@router.get("/{rejudge_id}/progress")
async def progress_part(
    rejudge_id: uuid.UUID, request: Request, session: SessionDep, who: Observer
) -> Response:
    """How far it is: the page asks again until it is judged, and is then shown anew."""
    view = await service.get(session, who, rejudge_id)
    part = course_page(request, "rejudges/progress.html", who, "rejudges", rejudge=view)
    if view.status is not RejudgeStatus.JUDGING:
        part.headers["HX-Refresh"] = "true"
    return part


@router.post("/{rejudge_id}/apply")
async def apply(
    rejudge_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    who: Teacher,
    fingerprint: Annotated[str, Form(max_length=64)],
    nobody_loses: Annotated[bool, Form()] = False,
) -> Response:
    """Let it count as it was shown; where it is another by now, show that."""
    try:
        wish = RejudgeApply(fingerprint=fingerprint, nobody_loses=nobody_loses)
        async with session.begin_nested():
            await decisions.apply(session, who, rejudge_id, wish)
    except ValidationError as error:
        raise Invalid("The form is not complete. Go back, load the page again.") from error
    except (OutcomeChanged, StillJudging, AlreadyDecided) as error:
        wrong = _CHANGED if isinstance(error, OutcomeChanged) else str(error.detail)
        return await _detail(
            request,
            session,
            who,
            rejudge_id,
            nobody_loses=nobody_loses,
            status=error.status,
            wrong=wrong,
        )
    return _to(who, rejudge_id)


@router.post("/{rejudge_id}/discard")
async def discard(rejudge_id: uuid.UUID, session: SessionDep, who: Teacher) -> Response:
    """Let it never count."""
    await decisions.discard(session, who, rejudge_id)
    return _to(who, rejudge_id)


@router.post("/{rejudge_id}/retry")
async def retry(
    rejudge_id: uuid.UUID,
    session: SessionDep,
    database: DatabaseDep,
    who: Teacher,
    background: BackgroundTasks,
) -> Response:
    """Judge again what the judge failed on."""
    await service.retry(session, who, rejudge_id)
    background.add_task(service.queue_all, database, rejudge_id)
    return _to(who, rejudge_id)


async def _page(
    request: Request,
    session: AsyncSession,
    who: InCourse,
    fields: dict[str, Any],
    *,
    status: int = 200,
    after: uuid.UUID | None = None,
    preview: RejudgePreview | None = None,
    wrong: list[str] | None = None,
) -> Response:
    problems = (await versions.list_versions(session, who)).items
    return course_page(
        request,
        "rejudges/rejudges.html",
        who,
        "rejudges",
        status=status,
        teaches=who.may(Power.TEACH),
        fields=fields,
        preview=preview,
        wrong=wrong or [],
        problems=problems,
        outdated=[
            (each, rejudge_link(who.course.id, what=f"problem:{each.problem_id}"))
            for each in problems
            if each.outdated
        ],
        sections=await selection.sections(session, who.course.id),
        verdicts=tuple(Verdict),
        reasons=tuple(Reason),
        found=await service.page(session, who, after, _AT_ONCE),
        first=after is None,
        filled=preview is not None or bool(wrong) or bool(request.query_params.get("what")),
    )


async def _detail(
    request: Request,
    session: AsyncSession,
    who: InCourse,
    rejudge_id: uuid.UUID,
    *,
    nobody_loses: bool,
    status: int = 200,
    wrong: str = "",
) -> Response:
    view = await service.get(session, who, rejudge_id)
    outcome: Outcome | None = None
    if view.status is not RejudgeStatus.DISCARDED:
        outcome = await service.outcome_of(session, who, rejudge_id, nobody_loses=nobody_loses)
    changed = [row for row in outcome.rows if row.change] if outcome is not None else []
    same = [row for row in outcome.rows if not row.change] if outcome is not None else []
    return course_page(
        request,
        "rejudges/rejudge.html",
        who,
        "rejudges",
        status=status,
        teaches=who.may(Power.TEACH),
        rejudge=view,
        chosen=await _chosen(session, who, view.chosen),
        outcome=outcome,
        changed=changed[:_MOST_ROWS],
        same=same[:_MOST_ROWS],
        untold=max(0, len(changed) - _MOST_ROWS) + max(0, len(same) - _MOST_ROWS),
        wrong=wrong,
    )


async def _chosen(
    session: AsyncSession, who: InCourse, choice: Choice
) -> list[tuple[str, str | datetime]]:
    """What was chosen, in words."""
    settings = await selection.settings(session, who.course.id)
    facts: list[tuple[str, str | datetime]] = []
    for each in settings:
        if choice.problem_id == each.problem.id:
            facts.append(("Problem", f"{each.assignment.title}: {each.title}"))
    titles = {each.assignment.id: each.assignment.title for each in settings}
    if choice.assignment_id in titles:
        facts.append(("Assignment", titles[choice.assignment_id]))
    if choice.judged_by:
        facts.append(("Judged before by", choice.judged_by[:12]))
    if choice.verdicts:
        facts.append(("Verdict", ", ".join(each.words for each in choice.verdicts)))
    if choice.reasons:
        facts.append(("Reason", ", ".join(each.replace("_", " ") for each in choice.reasons)))
    if choice.submitted_from:
        facts.append(("From", choice.submitted_from))
    if choice.submitted_until:
        facts.append(("Until", choice.submitted_until))
    for section in await selection.sections(session, who.course.id):
        if choice.section_id == section.id:
            facts.append(("Section", section.name))
    if choice.person_ids:
        facts.append(("Students", f"{len(choice.person_ids)} by name"))
    if choice.only_counting:
        facts.append(("Of each student", "only the submission that counts"))
    return facts or [("Chosen", "everything that was judged")]


def _to(who: InCourse, rejudge_id: uuid.UUID) -> Response:
    return RedirectResponse(f"/courses/{who.course.id}/rejudges/{rejudge_id}", status_code=303)
