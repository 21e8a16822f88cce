"""For what a submission was sent: the problem of an assignment, with the rules that its student
has there."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments.feedback import is_shown, shown_after
from app.assignments.rules import rules_of
from app.assignments.wording import wall_with_zone
from app.courses.rules import AssignmentRules
from app.models import Assignment, AssignmentProblem, Course, PlanPolicy, Submission
from app.submissions import assigned_repository as repository
from app.submissions.assigned_repository import Row


@dataclass(frozen=True)
class Assigned:
    """A problem of an assignment as it is set to one student."""

    problem: AssignmentProblem
    assignment: Assignment
    course: Course
    rules: AssignmentRules

    def is_due(self, now: datetime) -> bool:
        """Whether what comes now is late, the grace included; never without a due date."""
        due = self.rules.on_time_until
        return due is not None and now > due

    def has_ended(self, now: datetime) -> bool:
        """Whether nothing is taken any more; never without an end, as long as the course lasts."""
        ends = self.rules.ends_at
        return self.course.archived_at is not None or (ends is not None and now > ends)

    def meets_plan_again(self, now: datetime) -> bool:
        """Whether the student's next submission would be judged on the same cases."""
        shared = self.assignment.plan_policy == PlanPolicy.SHARED
        return shared and not self.has_ended(now)

    def takes_practice(self, now: datetime) -> bool:
        """Whether what is sent to it is practice, since it has ended and says so. An archived
        course takes nothing."""
        goes_on = self.course.archived_at is None
        return goes_on and self.has_ended(now) and self.assignment.practice_after_end

    def feedback_withheld(self, now: datetime) -> str | None:
        """When the student sees more than that a submission was judged; None where that is now."""
        if is_shown(self.assignment, self.rules, now):
            return None
        after = shown_after(self.assignment, self.rules)
        if after is None:
            return "once the grades are published"
        return f"after {self.on_the_wall(after, now)}"

    def on_the_wall(self, moment: datetime, now: datetime) -> str:
        """A moment on the clocks of the course."""
        return wall_with_zone(moment, self.rules.window.zone, now)


async def assigned_to(session: AsyncSession, row: Row, person_id: uuid.UUID) -> Assigned:
    """A problem of an assignment as it is set to this person."""
    problem, assignment, course = row
    rules = await rules_of(session, [assignment], course, [person_id])
    return Assigned(problem, assignment, course, rules[assignment.id, person_id])


async def all_assigned_to(
    session: AsyncSession, rows: Sequence[Row], person_id: uuid.UUID
) -> list[Assigned]:
    """Problems of assignments as they are set to this person; two queries a course."""
    courses: dict[uuid.UUID, list[Row]] = defaultdict(list)
    for row in rows:
        courses[row[2].id].append(row)
    found = []
    for of_course in courses.values():
        assignments = list({row[1].id: row[1] for row in of_course}.values())
        rules = await rules_of(session, assignments, of_course[0][2], [person_id])
        found += [
            Assigned(problem, assignment, course, rules[assignment.id, person_id])
            for problem, assignment, course in of_course
        ]
    return found


async def assigned_of(
    session: AsyncSession, submissions: Sequence[Submission]
) -> dict[uuid.UUID, Assigned]:
    """For what these submissions were sent, by submission; practice is not among them."""
    by_person: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for each in submissions:
        if each.assignment_problem_id is not None:
            by_person[each.person_id].add(each.assignment_problem_id)
    if not by_person:
        return {}
    rows = {
        row[0].id: row for row in await repository.by_id(session, set().union(*by_person.values()))
    }
    found: dict[tuple[uuid.UUID, uuid.UUID], Assigned] = {}
    for person_id, problem_ids in by_person.items():
        wanted = [rows[each] for each in problem_ids if each in rows]
        for assigned in await all_assigned_to(session, wanted, person_id):
            found[person_id, assigned.problem.id] = assigned
    return {
        each.id: found[each.person_id, each.assignment_problem_id]
        for each in submissions
        if each.assignment_problem_id is not None
        and (each.person_id, each.assignment_problem_id) in found
    }
