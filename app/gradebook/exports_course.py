"""All that a course holds as one JSON document, read and sent a part at a time."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Sequence

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.access import InCourse
from app.db.base import now
from app.db.engine import Database
from app.gradebook import anonymity, comments_repository, log, repository
from app.gradebook import exports_repository as exports
from app.gradebook.exports_cases import SUBMISSIONS_AT_ONCE
from app.gradebook.exports_repository import AttemptFacts, Sent
from app.gradebook.exports_schemas import (
    AdjustmentRecord,
    AssignmentRecord,
    AttemptRecord,
    CommentRecord,
    CourseRecord,
    GradeRecord,
    GrantRecord,
    MemberRecord,
    ProblemRecord,
    RegradeRecord,
    SectionRecord,
    SubmissionRecord,
)
from app.gradebook.points import earned
from app.gradebook.repository import SetProblem
from app.models import Adjustment, Assignment, CodeComment, Grade, RegradeRequest, Submission
from app.submissions.documents import readable

_ENTRIES_AT_ONCE = 500

Set = Sequence[tuple[Assignment, SetProblem]]


async def stream(
    database: Database, who: InCourse, *, sources: bool, reports: bool
) -> AsyncIterator[str]:
    """The text of the document, a ``CourseExport``. Holds no connection while a piece is sent."""
    async with database.session() as session:
        assignments = await repository.assignments(session, who.course.id)
        problems = await repository.problems(session, [each.id for each in assignments])
        pieces = [
            f'{{"format":"jurax-course/1","exported_at":"{now().isoformat()}"',
            f',"course":{CourseRecord.model_validate(who.course).model_dump_json()}',
            _array("sections", await _sections(session, who)),
            _array("people", await _people(session, who)),
            _array("grants", await _grants(session, who)),
        ]
    for piece in pieces:
        yield piece
    yield ',"assignments":['
    for number, assignment in enumerate(assignments):
        own = [each for each in problems if each.row.assignment_id == assignment.id]
        async with database.session() as session:
            text = (await _assignment(session, assignment, own)).model_dump_json()
        yield f"{',' if number else ''}{text}"
    of = {each.id: each for each in assignments}
    every: Set = [(of[each.row.assignment_id], each) for each in problems]
    async with database.session() as session:
        requests = await _regrades(session, every)
    yield f"]{_array('regrade_requests', requests)}"
    async for piece in _joined("log", _log(database, who)):
        yield piece
    async for piece in _joined("submissions", _submissions(database, every, sources, reports)):
        yield piece
    yield "}"


def _array(name: str, items: Sequence[BaseModel]) -> str:
    return f',"{name}":[{",".join(item.model_dump_json() for item in items)}]'


async def _joined(name: str, parts: AsyncIterator[Sequence[BaseModel]]) -> AsyncIterator[str]:
    yield f',"{name}":['
    separator = ""
    async for part in parts:
        for item in part:
            yield f"{separator}{item.model_dump_json()}"
            separator = ","
    yield "]"


async def _sections(session: AsyncSession, who: InCourse) -> list[SectionRecord]:
    rows = await exports.sections(session, who.course.id)
    return [SectionRecord.model_validate(row) for row in rows]


async def _people(session: AsyncSession, who: InCourse) -> list[MemberRecord]:
    return [
        MemberRecord(
            id=person.id,
            name=person.name,
            email=person.email,
            role=enrolment.role,
            section_id=enrolment.section_id,
            student_number=enrolment.student_number,
            enrolled_at=enrolment.created_at,
            left_at=enrolment.left_at,
        )
        for person, enrolment in await exports.people(session, who.course.id)
    ]


async def _grants(session: AsyncSession, who: InCourse) -> list[GrantRecord]:
    names = [name for name in GrantRecord.model_fields if name != "people"]
    return [
        GrantRecord(people=tuple(people), **{name: getattr(row, name) for name in names})
        for row, people in await exports.grants(session, who.course.id)
    ]


async def _assignment(
    session: AsyncSession, row: Assignment, problems: Sequence[SetProblem]
) -> AssignmentRecord:
    names = ("names_hidden", "problems", "grades")
    facts = {
        name: getattr(row, name) for name in AssignmentRecord.model_fields if name not in names
    }
    found = await exports.grades(session, [each.row.id for each in problems])
    grades = [_grade(row, *each) for each in found]
    return AssignmentRecord(
        **facts,
        names_hidden=anonymity.is_anonymous(row),
        problems=tuple(map(_problem, problems)),
        # By what is told of them: an order of their own would tell whose they are.
        grades=tuple(sorted(grades, key=lambda each: (each.problem_id, each.student_id))),
    )


def _problem(each: SetProblem) -> ProblemRecord:
    return ProblemRecord(
        id=each.row.id,
        slug=each.row.problem_slug,
        title=each.title,
        position=each.row.position,
        points=each.row.points,
        package_sha256=each.row.package_sha256,
        plan_seed=each.row.plan_seed,
        hidden_groups=tuple(each.row.hidden_groups),
    )


def _grade(row: Assignment, grade: Grade | None, adjustment: Adjustment | None) -> GradeRecord:
    known = grade or adjustment
    if known is None:
        raise ValueError("a cell has a grade or an adjustment")
    return GradeRecord(
        problem_id=known.problem_id,
        student_id=_told(row, known.person_id),
        points=adjustment.points if adjustment is not None else earned(grade),
        earned=earned(grade),
        score=grade.score if grade else None,
        submission_id=grade.submission_id if grade else None,
        days_late=grade.days_late if grade else 0,
        paid_days=grade.paid_days if grade else 0,
        kept=grade.kept if grade else 1.0,
        submissions=grade.submissions if grade else 0,
        judging=grade.judging if grade else 0,
        adjustment=None
        if adjustment is None
        else AdjustmentRecord(
            points=adjustment.points,
            reason=adjustment.reason,
            by=adjustment.by_id,
            at=adjustment.at,
        ),
    )


def _told(assignment: Assignment, person_id: uuid.UUID) -> uuid.UUID:
    hidden = anonymity.is_anonymous(assignment)
    return anonymity.pseudonym(assignment, person_id) if hidden else person_id


async def _regrades(session: AsyncSession, problems: Set) -> list[RegradeRecord]:
    of = {problem.row.id: assignment for assignment, problem in problems}
    return [_regrade(of[row.problem_id], row) for row in await exports.regrades(session, list(of))]


def _regrade(assignment: Assignment, row: RegradeRequest) -> RegradeRecord:
    names = [name for name in RegradeRecord.model_fields if name != "student_id"]
    return RegradeRecord(
        student_id=_told(assignment, row.person_id), **{name: getattr(row, name) for name in names}
    )


async def _log(database: Database, who: InCourse) -> AsyncIterator[Sequence[BaseModel]]:
    before: int | None = None
    while True:
        async with database.session() as session:
            found = await log.page(
                session,
                who,
                before=before,
                student_id=None,
                problem_id=None,
                limit=_ENTRIES_AT_ONCE,
            )
        yield found.items
        if found.next is None:
            return
        before = found.next


async def _submissions(
    database: Database, problems: Set, sources: bool, reports: bool
) -> AsyncIterator[Sequence[BaseModel]]:
    for assignment, problem in problems:
        last: Submission | None = None
        while True:
            async with database.session() as session:
                sent = await exports.submissions(
                    session, assignment.course_id, problem.row.id, last, SUBMISSIONS_AT_ONCE
                )
                ids = [each.submission.id for each in sent]
                attempts = await exports.attempts(session, ids, reports=reports)
                comments = await comments_repository.of_submissions(session, ids)
            yield [
                _submission(
                    assignment,
                    each,
                    attempts.get(each.submission.id, []),
                    comments.get(each.submission.id, []),
                    sources=sources,
                )
                for each in sent
            ]
            if len(sent) < SUBMISSIONS_AT_ONCE:
                break
            last = sent[-1].submission


def _submission(
    assignment: Assignment,
    sent: Sent,
    attempts: Sequence[AttemptFacts],
    comments: Sequence[CodeComment],
    *,
    sources: bool,
) -> SubmissionRecord:
    row = sent.submission
    source = readable(row.source.decode("utf-8", "surrogatepass")) if sources else None
    return SubmissionRecord(
        id=row.id,
        problem_id=row.assignment_problem_id,
        student_id=_told(assignment, row.person_id),
        created_at=row.created_at,
        source=source,
        attempts=tuple(AttemptRecord.model_validate(each) for each in attempts),
        comments=tuple(CommentRecord.model_validate(each) for each in comments),
    )
