"""Which student is meant: in an assignment that is graded anonymously, a pseudonym says it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.access import InCourse
from app.courses.grading_repository import lock_students
from app.courses.grading_repository import students as student_ids
from app.errors import NotFound
from app.gradebook import anonymity, repository
from app.gradebook.repository import SetProblem
from app.models import Assignment, Enrolment, Person


@dataclass(frozen=True)
class Place:
    """A cell of the gradebook: a problem of an assignment and a student. ``shown_id`` and
    ``shown_name`` are what the reader may know of the student."""

    assignment: Assignment
    problem: SetProblem
    person: Person
    enrolment: Enrolment
    names_hidden: bool
    shown_id: uuid.UUID
    shown_name: str


async def find_place(
    session: AsyncSession,
    who: InCourse,
    problem_id: uuid.UUID,
    student_id: uuid.UUID,
    *,
    reveal: bool = False,
    lock: bool = False,
) -> Place:
    """The cell that a reader means. Raises NotFound where the course has no such problem or
    student. Locked, nobody else changes the student's grades until this transaction ends."""
    found = await repository.find_problem(session, who.course.id, problem_id)
    if found is None:
        raise NotFound("There is no such problem in the assignments of this course.")
    assignment, problem = found
    hidden = await anonymity.hides_names(session, who, assignment, reveal=reveal)
    person_id = student_id
    if hidden:
        everybody = await student_ids(session, who.course.id)
        person_id = anonymity.real_person(assignment, student_id, everybody)
    if lock:
        await lock_students(session, who.course.id, [person_id])
    row = await repository.find_student(session, who.course.id, person_id)
    if row is None:
        raise NotFound("There is no such student in this course.")
    person, enrolment = row
    name = anonymity.pseudonym_name(student_id) if hidden else person.name
    return Place(assignment, problem, person, enrolment, hidden, student_id, name)
