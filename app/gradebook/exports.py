"""A course's grades as files: whoever reads them in the gradebook may take them along."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments.feedback import shown_after
from app.catalog.packages import shelf
from app.courses.access import InCourse
from app.db.base import now
from app.db.engine import Database
from app.errors import Forbidden, NotFound
from app.formats import gradescope
from app.formats.csv_lines import csv_pieces
from app.gradebook import exports_cases, exports_course, exports_tables, repository
from app.gradebook.repository import SetProblem
from app.gradebook.sheet import Sheet, load
from app.models import Assignment, Submission
from app.submissions import repository as submissions
from app.submissions.assigned import assigned_of
from judge.redaction import after_due, for_learner, with_hidden
from judge.report import Report

# By this mark Excel knows UTF-8.
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class File:
    """What is handed out: its name, and its text a piece at a time."""

    name: str
    pieces: Iterator[str] | AsyncIterator[str]


async def gradebook(
    session: AsyncSession,
    who: InCourse,
    assignment_id: uuid.UUID | None,
    *,
    reveal: bool,
    mark: bool,
) -> File:
    """Students × problems as CSV; with a byte order mark where that is asked for."""
    sheet = await load(session, who, assignment_id, reveal=reveal)
    pieces = csv_pieces(exports_tables.gradebook(sheet))
    return File(
        _name(who, sheet, assignment_id, "gradebook.csv"), _marked(pieces) if mark else pieces
    )


async def canvas(
    session: AsyncSession, who: InCourse, assignment_id: uuid.UUID | None, *, reveal: bool
) -> File:
    """What Canvas imports as a gradebook."""
    sheet = await _by_name(session, who, assignment_id, reveal=reveal)
    return File(
        _name(who, sheet, assignment_id, "canvas.csv"), csv_pieces(exports_tables.canvas(sheet))
    )


async def moodle(
    session: AsyncSession, who: InCourse, assignment_id: uuid.UUID | None, *, reveal: bool
) -> File:
    """What Moodle imports as grades."""
    sheet = await _by_name(session, who, assignment_id, reveal=reveal)
    return File(
        _name(who, sheet, assignment_id, "moodle.csv"), csv_pieces(exports_tables.moodle(sheet))
    )


async def moodle_xml(
    session: AsyncSession,
    who: InCourse,
    assignment_id: uuid.UUID,
    item: str | None,
    *,
    reveal: bool,
) -> File:
    """The same as XML. ``item`` is the ID number of the grade item in Moodle; without it, the
    assignment's own id."""
    sheet = await _by_name(session, who, assignment_id, reveal=reveal)
    pieces = exports_tables.moodle_xml(sheet, item or str(assignment_id))
    return File(_name(who, sheet, assignment_id, "moodle.xml"), pieces)


async def cases(
    session: AsyncSession, database: Database, who: InCourse, assignment_id: uuid.UUID | None
) -> File:
    """Every case of every attempt as CSV; students of what is graded anonymously by pseudonyms."""
    assignments = {
        each.id: each
        for each in await repository.assignments(session, who.course.id)
        if assignment_id in (None, each.id)
    }
    if assignment_id is not None and not assignments:
        raise NotFound("There is no such assignment in this course.")
    problems = await repository.problems(session, list(assignments))
    every: Sequence[tuple[Assignment, SetProblem]] = [
        (assignments[each.row.assignment_id], each) for each in problems
    ]
    return File(_file_name(who, "cases.csv"), exports_cases.stream(database, every))


def course(database: Database, who: InCourse, *, sources: bool, reports: bool) -> File:
    """All that a course holds as JSON, without anybody's programs and reports unless asked for."""
    pieces = exports_course.stream(database, who, sources=sources, reports=reports)
    return File(_file_name(who, "course.json"), pieces)


async def results(session: AsyncSession, who: InCourse, submission_id: uuid.UUID) -> str:
    """A submission's report as Gradescope's results.json, as its learner may see it and when."""
    row = await submissions.find(session, submission_id, who.person)
    problem_id = row[0].assignment_problem_id if row is not None else None
    found = None
    if problem_id is not None:
        found = await repository.find_problem(session, who.course.id, problem_id)
    if row is None or found is None:
        raise NotFound("There is no such submission to an assignment of this course.")
    if row[1].report is None:
        raise NotFound("This submission is being judged still. Ask again once it is.")
    report = with_hidden(Report.model_validate(row[1].report), found[1].row.hidden_groups)
    package = shelf().get(report.problem)
    named = package.spec.pitfalls if package is not None else ()
    pitfalls = {pitfall.id: pitfall.message for pitfall in named}
    opened = for_learner(after_due(report), pitfalls)
    return gradescope.render(for_learner(report, pitfalls), opened, await _shown(session, row[0]))


async def _shown(session: AsyncSession, submission: Submission) -> gradescope.Shown:
    """When a student may see what came of a submission: no sooner there than here."""
    assigned = (await assigned_of(session, [submission]))[submission.id]
    if assigned.feedback_withheld(now()) is None:
        return gradescope.Shown.NOW
    if shown_after(assigned.assignment, assigned.rules) is not None:
        return gradescope.Shown.AFTER_DUE
    return gradescope.Shown.AFTER_PUBLISHING


async def _by_name(
    session: AsyncSession, who: InCourse, assignment_id: uuid.UUID | None, *, reveal: bool
) -> Sheet:
    """A sheet for another system, which knows students by who they are. Raises Forbidden where
    they have pseudonyms."""
    sheet = await load(session, who, assignment_id, reveal=reveal)
    if assignment_id is not None and any(each.names_hidden for each in sheet.assignments):
        raise Forbidden(
            "This assignment is graded anonymously, and no other system knows the pseudonyms. "
            "Publish its grades first; or who teaches asks with reveal=true, and the log tells so."
        )
    return sheet


def _marked(pieces: Iterator[str]) -> Iterator[str]:
    yield _BYTE_ORDER_MARK
    yield from pieces


def _name(who: InCourse, sheet: Sheet, assignment_id: uuid.UUID | None, ending: str) -> str:
    """Names the assignment too, where one was asked for."""
    one = "" if assignment_id is None else sheet.assignments[0].row.title
    return _file_name(who, ending, one)


def _file_name(who: InCourse, ending: str, part: str = "") -> str:
    """A name of letters that every system takes, made from the course's."""
    words = f"{who.course.title} {who.course.term} {part}"
    letters = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")
    return f"{plain[:80] or 'course'}-{ending}"
