"""Pages of courses: mine, joining one, and the front page of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.accounts.dependencies import SignedIn, Submitter
from app.accounts.entrance import host_of
from app.assignments.schemas import AssignmentView, State, YourAssignment
from app.assignments.service import list_assignments
from app.assignments.yours import late_days_in
from app.courses import joining, people, service
from app.courses.access import CourseMaker, Member, Participant, Power
from app.courses.attention import waiting
from app.courses.people_repository import Filter
from app.courses.schemas import CourseCreate, CourseView, Which
from app.courses.texts import EmptyLine
from app.courses.zones import zone_names
from app.db.base import now
from app.db.session import DatabaseDep, SessionDep
from app.errors import Forbidden, LastOwner, NotFound, TooManyTries
from app.models import CourseRole, Person, Role
from app.web.course_frame import FRAME, NO_COMPLAINTS, Complaints, complaints_about, course_page
from app.web.templating import page

router = APIRouter(
    prefix="/courses",
    include_in_schema=False,
    default_response_class=HTMLResponse,
    dependencies=[FRAME],
)

Typed = Annotated[str, Form(max_length=1000)]

_MOST_COURSES = 500


@router.get("")
async def course_list(
    request: Request, session: SessionDep, person: SignedIn, which: Which = Which.MINE
) -> Response:
    """The reader's courses; for admins all, where they ask for them."""
    return await _list(request, session, person, which)


@router.post("")
async def create_course(
    request: Request,
    session: SessionDep,
    person: CourseMaker,
    title: Typed = "",
    term: Typed = "",
    time_zone: Typed = "UTC",
) -> Response:
    """Make a course and go there."""
    made: list[CourseView] = []

    async def create() -> None:
        order = CourseCreate(title=title, term=term, time_zone=time_zone)
        made.append(await service.create(session, person, order))

    if complaints := await complaints_about(session, create):
        fields = {"title": title, "term": term, "time_zone": time_zone}
        return await _list(
            request, session, person, Which.MINE, complaints=complaints, fields=fields
        )
    return RedirectResponse(f"/courses/{made[0].id}", status_code=303)


@router.get("/join")
async def join_page(
    request: Request, person: SignedIn, code: Annotated[EmptyLine, Query()] = ""
) -> Response:
    """Asks for the code, or for one click where a link brought it."""
    return _join(request, person, code)


@router.post("/join")
async def join_course(
    request: Request, database: DatabaseDep, person: Submitter, code: Typed = ""
) -> Response:
    """Join a course and go there."""
    try:
        course = await joining.join(database, person, host_of(request), code)
    except (Forbidden, NotFound, TooManyTries) as error:
        return _join(request, person, code[:60], str(error.detail), error.status)
    return RedirectResponse(f"/courses/{course.id}", status_code=303)


@router.get("/{course_id}")
async def overview(request: Request, session: SessionDep, who: Participant) -> Response:
    """A course: to students what is due, to staff what waits for them."""
    return await _overview(request, session, who)


@router.post("/{course_id}/leave")
async def leave_course(request: Request, session: SessionDep, who: Member) -> Response:
    """Leave a course and go to the others."""
    try:
        async with session.begin_nested():
            await people.remove(session, who, who.person.id)
    except LastOwner as error:
        return await _overview(request, session, who, str(error.detail))
    return RedirectResponse("/courses", status_code=303)


async def _overview(
    request: Request, session: SessionDep, who: Participant, failed: str = ""
) -> Response:
    reads_all = who.may(Power.READ_ALL)
    assignments = (await list_assignments(session, who)).items
    staff = Filter(roles=(CourseRole.OWNER, CourseRole.INSTRUCTOR))
    moment = now()
    return course_page(
        request,
        "courses/overview.html",
        who,
        "overview",
        status=409 if failed else 200,
        view=await service.view(session, who.person, who.course.id),
        assignments=assignments,
        waiting=await waiting(session, who, assignments, moment) if reads_all else (),
        late_days=None if reads_all else await late_days_in(session, who.person.id, who.course),
        teachers=(await people.list_people(session, who, staff, 20, 0)).items,
        due=_due(assignments),
        failed=failed,
        now=moment,
    )


def _due(assignments: Sequence[AssignmentView]) -> list[YourAssignment]:
    """What takes submissions from this student, the first one due first."""
    taken = [
        each.yours
        for each in assignments
        if each.yours and each.yours.state in (State.OPEN, State.LATE)
    ]
    return sorted(taken, key=lambda each: (each.due_at is None, each.due_at or now()))


async def _list(
    request: Request,
    session: SessionDep,
    person: Person,
    which: Which,
    *,
    complaints: Complaints = NO_COMPLAINTS,
    fields: dict[str, str] | None = None,
) -> Response:
    found = await service.list_courses(session, person, which, _MOST_COURSES, 0)
    return page(
        request,
        "courses/list.html",
        person=person,
        section="courses",
        status=complaints.status,
        found=found,
        which=which,
        makes=person.is_staff,
        is_admin=person.role == Role.ADMIN,
        complaints=complaints.sentences,
        fields=fields or {"title": "", "term": "", "time_zone": "UTC"},
        zones=zone_names(),
    )


def _join(
    request: Request, person: Person, code: str, failed: str = "", status: int = 200
) -> Response:
    return page(
        request,
        "courses/join.html",
        person=person,
        section="courses",
        status=status,
        code=code,
        failed=failed,
    )
