"""What a reader sees of a submission: the whole report, a part, or only that it was judged."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments.snapshots import package_of
from app.catalog.packages import shelf
from app.courses.access import InCourse, Power
from app.db.base import now
from app.models import Attempt, Person, Role, Submission
from app.submissions import assigned_repository as repository
from app.submissions.assigned import Assigned, all_assigned_to, assigned_of
from judge.package_error import PackageError
from judge.redaction import (
    after_due,
    case_for_learner,
    case_with_hidden,
    failure_alone,
    for_learner,
    with_hidden,
)
from judge.report import CaseResult, Report
from judge.verdict import Verdict


@dataclass(frozen=True)
class Sight:
    """What one reader sees of one submission. ``withheld``: when there is more to see than that it
    was judged; None where that is now. ``plan_open``: the reader will meet the same cases again, so
    that they do not learn the seed to draw them. ``assigned``: for what it was sent; None for
    practice."""

    whole: bool = False
    withheld: str | None = None
    hidden_groups: Collection[str] = ()
    is_due: bool = False
    plan_open: bool = False
    assigned: Assigned | None = field(default=None, compare=False)

    def case(self, payload: object) -> CaseResult:
        """A stored case as the reader sees it. Not for who sees none."""
        case = CaseResult.model_validate(payload)
        if self.whole:
            return case
        return case_for_learner(case_with_hidden(case, self.hidden_groups))

    def report(self, payload: object, pitfalls: Mapping[str, str]) -> Report:
        """A stored report as the reader sees it. Not for who sees none."""
        report = Report.model_validate(payload)
        if self.whole:
            return report
        if self.withheld is not None:
            return failure_alone(report)
        report = with_hidden(report, self.hidden_groups)
        shown = for_learner(after_due(report) if self.is_due else report, pitfalls)
        return shown.model_copy(update={"plan_seed": None}) if self.plan_open else shown

    def told(self, attempt: Attempt) -> bool:
        """Whether the outcome of an attempt is shown. That the judge failed always is, without what
        it found before: it says nothing about the program, and somebody has to submit it again."""
        return self.withheld is None or attempt.verdict == Verdict.IE.value

    def score(self, attempt: Attempt) -> float | None:
        """The score of an attempt, as far as it is shown: of one on which the judge failed what it
        had found before that comes later, as in the report."""
        if self.withheld is None:
            return attempt.score
        return 0.0 if self.told(attempt) else None


async def sights_of(
    session: AsyncSession, reader: Person, submissions: Sequence[Submission]
) -> dict[uuid.UUID, Sight]:
    """What a reader sees of these submissions, which they may know of; by submission."""
    assigned = await assigned_of(session, submissions)
    courses = {each.course.id: each.course for each in assigned.values()}
    enrolments = await repository.enrolments(session, reader.id, courses) if courses else {}
    reads_all = {
        course_id
        for course_id, course in courses.items()
        if InCourse(reader, course, enrolments.get(course_id)).may(Power.READ_ALL)
    }
    moment = now()
    found = {}
    for each in submissions:
        own = assigned.get(each.id)
        if own is None:
            found[each.id] = as_practice(each, whole=_whole_practice(reader, each))
        elif own.course.id in reads_all:
            found[each.id] = Sight(whole=True, assigned=own)
        else:
            found[each.id] = as_student(own, moment)
    return found


async def sight_of(session: AsyncSession, reader: Person, submission: Submission) -> Sight:
    """What a reader sees of a submission, which they may know of."""
    return (await sights_of(session, reader, [submission]))[submission.id]


async def students_sight(session: AsyncSession, submission: Submission) -> Sight:
    """What the student sees of a submission of theirs, whoever looks."""
    assigned = (await assigned_of(session, [submission])).get(submission.id)
    return as_practice(submission) if assigned is None else as_student(assigned, now())


def as_practice(submission: Submission, *, whole: bool = False) -> Sight:
    """What one sees of practice. What was sent to an assignment that is deleted since is practice
    too, in which stays hidden what was."""
    return Sight(whole=whole, hidden_groups=frozenset(submission.hidden_groups))


def as_student(assigned: Assigned, moment: datetime) -> Sight:
    """What a student sees at a moment of what they sent to an assignment."""
    return Sight(
        withheld=assigned.feedback_withheld(moment),
        hidden_groups=frozenset(assigned.problem.hidden_groups),
        is_due=assigned.is_due(moment),
        plan_open=assigned.meets_plan_again(moment),
        assigned=assigned,
    )


async def withheld_from(
    session: AsyncSession, person: Person, problem_ids: Collection[uuid.UUID]
) -> set[uuid.UUID]:
    """Those of these problems of assignments where a person does not see yet what their own
    programs are worth."""
    if not problem_ids:
        return set()
    rows = await repository.by_id(session, problem_ids)
    enrolments = await repository.enrolments(session, person.id, {row[2].id for row in rows})
    moment = now()
    return {
        assigned.problem.id
        for assigned in await all_assigned_to(session, rows, person.id)
        if assigned.feedback_withheld(moment) is not None
        and not InCourse(person, assigned.course, enrolments.get(assigned.course.id)).may(
            Power.READ_ALL
        )
    }


async def pitfalls_of(session: AsyncSession, report: Mapping[str, Any]) -> dict[str, str]:
    """The messages of the pitfalls that the package names which a stored report was made with, by
    their ids; none where that package cannot be had any more."""
    package = shelf().get(report["problem"])
    if package is None or package.sha256 != report["package_sha256"]:
        try:
            package = await package_of(session, report["package_sha256"])
        except PackageError:
            if package is None:
                return {}
    return {pitfall.id: pitfall.message for pitfall in package.spec.pitfalls}


def _whole_practice(reader: Person, submission: Submission) -> bool:
    """Who writes problems sees all of what they try on them."""
    own = submission.person_id == reader.id
    return reader.role == Role.ADMIN or (own and reader.is_staff)
