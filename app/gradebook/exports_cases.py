"""Every case of every attempt as a table, read from the database and sent a part at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import Database
from app.formats.csv_lines import Cell, csv_pieces
from app.gradebook import anonymity
from app.gradebook import exports_repository as repository
from app.gradebook.exports_repository import JudgedCase, Sent
from app.gradebook.repository import SetProblem
from app.models import Assignment, Submission

SUBMISSIONS_AT_ONCE = 50

_TITLES = (
    "Assignment",
    "Problem",
    "Student id",
    "Student",
    "Student number",
    "E-mail",
    "Section",
    "Submission",
    "Submitted at",
    "Attempt",
    "Counts",
    "Attempt verdict",
    "Attempt reason",
    "Score",
    "Case",
    "Group",
    "Verdict",
    "Reason",
    "Margin",
    "Milliseconds",
)


async def stream(
    database: Database, problems: Sequence[tuple[Assignment, SetProblem]]
) -> AsyncIterator[str]:
    """The text of the table, some lines at a time. Holds no connection while they are sent."""
    for piece in csv_pieces([_TITLES]):
        yield piece
    for assignment, problem in problems:
        last: Submission | None = None
        while True:
            async with database.session() as session:
                sent = await repository.submissions(
                    session, assignment.course_id, problem.row.id, last, SUBMISSIONS_AT_ONCE
                )
                rows = await _rows(session, assignment, problem, sent)
            for piece in csv_pieces(rows):
                yield piece
            if len(sent) < SUBMISSIONS_AT_ONCE:
                break
            last = sent[-1].submission


async def _rows(
    session: AsyncSession, assignment: Assignment, problem: SetProblem, sent: Sequence[Sent]
) -> list[Sequence[Cell]]:
    cases = await repository.cases(session, [each.submission.id for each in sent])
    return [
        [
            assignment.title,
            problem.row.problem_slug,
            *_student(assignment, each),
            *_case(each, case),
        ]
        for each in sent
        for case in cases.get(each.submission.id, ())
    ]


def _student(assignment: Assignment, sent: Sent) -> Sequence[Cell]:
    person_id = sent.submission.person_id
    if not anonymity.is_anonymous(assignment):
        return [str(person_id), sent.name, sent.number, sent.email, sent.section]
    pseudonym = anonymity.pseudonym(assignment, person_id)
    return [str(pseudonym), anonymity.pseudonym_name(pseudonym), None, None, None]


def _case(sent: Sent, case: JudgedCase) -> Sequence[Cell]:
    return [
        str(case.submission_id),
        sent.submission.created_at.isoformat(timespec="milliseconds"),
        case.attempt,
        "yes" if case.counts else "no",
        case.attempt_verdict,
        case.attempt_reason,
        case.score,
        case.index,
        case.group,
        case.verdict,
        case.reason,
        case.margin,
        case.wall_ms,
    ]
