"""A course with people in every role and rows on every page, put straight into the database."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import service as accounts
from app.courses.grading import recompute
from app.courses.rules import AssignmentRules, Window
from app.models import (
    Adjustment,
    Assignment,
    AssignmentProblem,
    CodeComment,
    Course,
    CourseInvitation,
    CourseRole,
    Enrolment,
    GradeChange,
    GradeChangeKind,
    Notice,
    Person,
    RegradeRequest,
    Rejudge,
    RejudgeStatus,
    Role,
    Section,
    Submission,
)
from judge.package import Package
from tests.app.coursework import (
    add_attempt,
    add_submission,
    enrol,
    grant,
    make_assignment,
    make_course,
    set_problem,
)

_FIRST = (
    "Ada",
    "Grace",
    "Alan",
    "Katherine",
    "Edsger",
    "Barbara",
    "Donald",
    "Frances",
    "Li",
    "Ngozi",
)
_LAST = (
    "Lovelace",
    "Hopper",
    "Turing",
    "Johnson",
    "Dijkstra",
    "Liskov",
    "Knuth",
    "Allen",
    "Wei",
    "Okonjo-Iweala",
    "Featherstonehaugh von Wolfenbüttel",
    "O’Brien",
    "Sørensen",
)
_SCORES = (1.0, 0.5, 0.0, 1.0, None, 0.75, 1.0)


@dataclass(frozen=True)
class School:
    """What the pages' addresses are made of, and who opens them."""

    course: uuid.UUID
    assignment: uuid.UUID
    problem: uuid.UUID
    slug: str
    grant: uuid.UUID
    rejudge: uuid.UUID
    submission: uuid.UUID
    student: uuid.UUID
    open_problem: uuid.UUID
    student_token: str
    owner_session: str
    student_session: str


async def found(session: AsyncSession, packages: Sequence[Package], students: int) -> School:
    """Make the course; ``packages`` are set in each of its assignments."""
    moment = datetime.now(UTC).replace(microsecond=0)
    owner = await accounts.ensure_person(session, "Emmy Noether", Role.ADMIN)
    owner.email = "noether@example.org"
    course = await make_course(
        session,
        title="Differentiable Programming with JAX",
        term="Autumn 2026",
        time_zone="Europe/Berlin",
        late_days=5,
        join_code="7H3K9QXW",
    )
    await enrol(session, course, owner, CourseRole.OWNER)
    sections = [Section(course_id=course.id, name=name) for name in ("Monday lab", "Friday lab")]
    session.add_all(sections)
    await session.flush()
    people = [await _student(session, course, sections, number) for number in range(students)]
    (ada, member), *_ = people
    first, second = await _assignments(session, course, packages, moment)
    shown = await _work(session, first, second, [person for person, _ in people], moment)
    await recompute(session, course.id)
    granted = await grant(
        session,
        course,
        [member],
        assignment_id=first[0].assignment_id,
        later_by=timedelta(days=2),
        reason="was ill for a week",
    )
    problem = first[0]
    session.add_all(
        [
            CourseInvitation(course_id=course.id, email="late@example.org", section_id=None),
            CodeComment(
                submission_id=shown.id, author_id=owner.id, line=1, text="Name what `x` is for."
            ),
            CodeComment(
                submission_id=shown.id, author_id=owner.id, line=None, text="A good beginning."
            ),
            Adjustment(
                problem_id=problem.id,
                person_id=ada.id,
                points=7.5,
                reason="The idea is right; only the axis is not.",
                by_id=owner.id,
            ),
            GradeChange(
                kind=GradeChangeKind.ADJUSTED.value,
                course_id=course.id,
                assignment_id=problem.assignment_id,
                problem_id=problem.id,
                person_id=ada.id,
                actor_id=owner.id,
                points_before=5.0,
                points_after=7.5,
                reason="The idea is right; only the axis is not.",
            ),
            RegradeRequest(
                problem_id=problem.id,
                person_id=ada.id,
                submission_id=shown.id,
                text="Case 3 asks for the last axis. Is mine not the last one?",
            ),
        ]
    )
    for person, _ in people:
        session.add(
            Notice(
                person_id=person.id,
                course_id=course.id,
                text=f"The grades of “{_TITLES[0]}” are published.",
                link=f"/courses/{course.id}/grades",
            )
        )
    rejudge = await _rejudge(session, course, owner, shown)
    return School(
        course=course.id,
        assignment=problem.assignment_id,
        problem=problem.id,
        slug=problem.problem_slug,
        grant=granted.id,
        rejudge=rejudge.id,
        submission=shown.id,
        student=ada.id,
        open_problem=second[0].id,
        student_token=await accounts.create_api_token(session, ada, "school"),
        owner_session=await accounts.start_session(session, owner.id, 1),
        student_session=await accounts.start_session(session, ada.id, 1),
    )


_TITLES = ("Week 1: layers and their parameters", "Week 2: gradients", "Week 3: attention")


async def _student(
    session: AsyncSession, course: Course, sections: Sequence[Section], number: int
) -> tuple[Person, Enrolment]:
    first, last = _FIRST[number % len(_FIRST)], _LAST[number % len(_LAST)]
    more = f" {number // 130 + 1}" if number >= 130 else ""
    person = await accounts.ensure_person(session, f"{first} {last}{more}", Role.LEARNER)
    person.email = f"student{number}@example.org"
    enrolment = await enrol(session, course, person)
    enrolment.student_number = f"s{1000 + number}"
    if number % 5:
        enrolment.section_id = sections[number % 2].id
    await session.flush()
    return person, enrolment


async def _assignments(
    session: AsyncSession, course: Course, packages: Sequence[Package], moment: datetime
) -> tuple[list[AssignmentProblem], list[AssignmentProblem]]:
    """One that is over and published, one that runs, one that nobody sees yet; the problems of the
    first two."""
    day = timedelta(days=1)
    windows = (
        Window(opens_at=moment - 20 * day, due_at=moment - 9 * day, late_until=moment - 6 * day),
        Window(opens_at=moment - 5 * day, due_at=moment + 3 * day, late_until=moment + 6 * day),
        Window(opens_at=moment + 7 * day, due_at=moment + 14 * day),
    )
    made: list[list[AssignmentProblem]] = []
    for position, (title, window) in enumerate(zip(_TITLES, windows, strict=True)):
        assignment: Assignment = await make_assignment(
            session,
            course,
            AssignmentRules(window=window),
            title=title,
            position=position,
            listed=position < 2,
            published_at=moment - 2 * day if position == 0 else None,
            instructions="Read *Dense layers* first. Work alone, please." if position < 2 else "",
        )
        made.append(
            [
                await set_problem(session, assignment, package, position=place)
                for place, package in enumerate(packages)
            ]
        )
    return made[0], made[1]


async def _work(
    session: AsyncSession,
    first: Sequence[AssignmentProblem],
    second: Sequence[AssignmentProblem],
    people: Sequence[Person],
    moment: datetime,
) -> Submission:
    """Submissions of everybody but a few; the first one of the first person."""
    shown: Submission | None = None
    for number, person in enumerate(people):
        for place, problem in enumerate((*first, *second)):
            if (number + place) % 7 == 6:
                continue
            score = _SCORES[(number * 3 + place) % len(_SCORES)]
            days = 8 if number % 6 == 0 else 12
            at = moment - timedelta(days=days if problem in first else 1, minutes=number)
            if problem in first and score is None:
                score = 0.25
            made = await add_submission(session, person.id, problem, score, at)
            shown = shown or made
    assert shown is not None
    return shown


async def _rejudge(
    session: AsyncSession, course: Course, owner: Person, shown: Submission
) -> Rejudge:
    """One that is to be decided, by which somebody gains."""
    rejudge = Rejudge(
        id=uuid.uuid4(),
        course_id=course.id,
        status=RejudgeStatus.READY.value,
        chosen={},
        reason="The reference took the wrong axis.",
        by_id=owner.id,
    )
    session.add(rejudge)
    await session.flush()
    await add_attempt(session, shown, 1.0, number=2, counts=False, rejudge_id=rejudge.id)
    return rejudge
