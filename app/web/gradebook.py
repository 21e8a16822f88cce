"""Pages of the gradebook: all students, the log, and a student's own grades."""

from __future__ import annotations

import uuid
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.courses.access import InCourse, Observer, Participant, Power, Teacher
from app.db.session import SessionDep
from app.gradebook import log, own, publishing
from app.gradebook.choosing import Choice, chosen
from app.gradebook.dependencies import MOST_ENTRIES, FormAssignment, FormChoice, Reveal
from app.gradebook.repository import assignments
from app.gradebook.schemas import SortColumn, SortOrder, StudentState
from app.gradebook.service import view_of
from app.gradebook.sheet import Sheet, load
from app.gradebook.statistics import of_sheet
from app.models import GradeChangeKind
from app.web.course_frame import FRAME, course_page

router = APIRouter(
    prefix="/courses/{course_id}",
    include_in_schema=False,
    default_response_class=HTMLResponse,
    dependencies=[FRAME],
)

# Without its script the page has as many rows as one can look through.
_ROWS = 50

_STATE_WORDS = {
    StudentState.UNSUBMITTED: "something not submitted",
    StudentState.UNGRADED: "something without points",
    StudentState.ADJUSTED: "something adjusted",
    StudentState.LATE: "something late",
    StudentState.JUDGING: "something being judged",
}
_KIND_WORDS = {
    GradeChangeKind.ADJUSTED: "Points set by hand",
    GradeChangeKind.ADJUSTMENT_REMOVED: "Adjustment taken away",
    GradeChangeKind.PUBLISHED: "Grades published",
    GradeChangeKind.UNPUBLISHED: "Grades taken back",
    GradeChangeKind.REJUDGED: "Judged again",
    GradeChangeKind.RULES_CHANGED: "Rules changed",
    GradeChangeKind.GRANTED: "Extension granted",
    GradeChangeKind.GRANT_REMOVED: "Extension taken away",
    GradeChangeKind.NAMES_SHOWN: "Looked whose anonymous work it is",
}


@router.get("/gradebook")
async def gradebook_page(
    request: Request,
    session: SessionDep,
    who: Observer,
    choice: FormChoice,
    assignment: FormAssignment = None,
    reveal: Reveal = False,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Students and what they have; the page's script makes a grid of it that follows changes."""
    sheet = await load(session, who, assignment, reveal=reveal)
    first = (number - 1) * _ROWS
    book = view_of(chosen(sheet, choice), first, _ROWS)
    one = book.assignments[0] if assignment is not None else None
    scope = _scope(assignment, reveal=reveal)
    return course_page(
        request,
        "gradebook/gradebook.html",
        who,
        "gradebook",
        book=book,
        everybody=len(sheet.students),
        first=first,
        number=number,
        pages=max(1, -(-book.total // _ROWS)),
        choice=choice,
        choices=await assignments(session, who.course.id),
        one=one,
        teaches=who.may(Power.TEACH),
        reveal=reveal,
        sections=_sections(sheet),
        states=_STATE_WORDS,
        scope=urlencode(scope),
        links=_Links({**scope, **_asked(choice)}, choice),
        statistics=of_sheet(one.id, sheet) if one is not None else None,
    )


@router.post("/gradebook/assignments/{assignment_id}/publish")
async def publish(assignment_id: uuid.UUID, session: SessionDep, who: Teacher) -> Response:
    """Publish an assignment's grades and go back to them."""
    await publishing.publish(session, who, assignment_id)
    return _back(who, assignment_id)


@router.post("/gradebook/assignments/{assignment_id}/unpublish")
async def unpublish(assignment_id: uuid.UUID, session: SessionDep, who: Teacher) -> Response:
    """Take an assignment's grades back and go back to them."""
    await publishing.unpublish(session, who, assignment_id)
    return _back(who, assignment_id)


@router.get("/gradebook/log")
async def log_page(
    request: Request,
    session: SessionDep,
    who: Observer,
    before: Annotated[int | None, Query(ge=1, le=MOST_ENTRIES)] = None,
    student: uuid.UUID | None = None,
    problem: uuid.UUID | None = None,
) -> Response:
    """What was done to grades, the newest first."""
    found = await log.page(
        session, who, before=before, student_id=student, problem_id=problem, limit=_ROWS
    )
    narrowed = {"student": student, "problem": problem}
    narrow = {name: str(value) for name, value in narrowed.items() if value is not None}
    return course_page(
        request,
        "gradebook/log.html",
        who,
        "gradebook",
        found=found,
        kinds=_KIND_WORDS,
        narrow=narrow,
        further=urlencode({**narrow, "before": found.next}) if found.next else None,
        later=before is not None,
    )


@router.get("/grades")
async def grades_page(request: Request, session: SessionDep, who: Participant) -> Response:
    """The reader's own points and why, late days left, and what changed."""
    return course_page(
        request,
        "gradebook/grades.html",
        who,
        "grades",
        grades=await own.view(session, who),
        kinds=_KIND_WORDS,
    )


class _Links:
    """Addresses of the same page with something else asked for."""

    def __init__(self, asked: dict[str, str], choice: Choice) -> None:
        self._asked = asked
        self._choice = choice

    def page(self, number: int) -> str:
        """Another page of the same."""
        return "?" + urlencode({**self._asked, "page": number})

    def sort(self, column: str) -> str:
        """By a column, from the end that is looked for first; where it is by that already, from
        the other end."""
        order = self.first_order(column)
        if self.order_by(column) == order:
            order = "desc" if order == "asc" else "asc"
        return "?" + urlencode({**self._asked, "sort": column, "order": order})

    def order_by(self, column: str) -> str | None:
        """How it is sorted by a column, None where it is by another."""
        return self._choice.order.value if str(self._choice.sort) == column else None

    @staticmethod
    def first_order(column: str) -> str:
        """Names from the beginning, points from the most."""
        return "asc" if column in (SortColumn.NAME, SortColumn.NUMBER) else "desc"


def _scope(assignment: uuid.UUID | None, *, reveal: bool) -> dict[str, str]:
    found = {"assignment": str(assignment)} if assignment is not None else {}
    return {**found, "reveal": "true"} if reveal else found


def _asked(choice: Choice) -> dict[str, str]:
    """A choice as in an address, without what is so anyway."""
    asked = {
        "q": choice.search,
        "section": str(choice.section_id or ""),
        "state": choice.state.value if choice.state is not None else "",
    }
    if choice.sort is not SortColumn.NAME or choice.order is not SortOrder.ASCENDING:
        asked |= {"sort": str(choice.sort), "order": choice.order.value}
    return {name: value for name, value in asked.items() if value}


def _sections(sheet: Sheet) -> list[tuple[uuid.UUID, str]]:
    found = {each.section_id: each.section or "" for each in sheet.students if each.section_id}
    return sorted(found.items(), key=lambda item: (item[1].casefold(), item[0]))


def _back(who: InCourse, assignment_id: uuid.UUID) -> Response:
    place = f"/courses/{who.course.id}/gradebook?assignment={assignment_id}"
    return RedirectResponse(place, status_code=303)
