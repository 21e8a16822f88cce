"""A course of any size, put straight into the database, for measuring what is made of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import URL

from app.accounts.tokens import token_hash
from app.courses.rules import AssignmentRules
from app.db.engine import conninfo

TOKEN = "jurax_measured"
_PER_ASSIGNMENT = 4


@dataclass(frozen=True)
class LargeCourse:
    """A course, and what a request of its owner's carries."""

    id: uuid.UUID
    headers: dict[str, str]


def make_large_course(
    url: URL, students: int, problems: int, _PER_ASSIGNMENT: int = 4
) -> LargeCourse:
    """A course in which every student has points in every problem."""
    course, owner = uuid.uuid4(), uuid.uuid4()
    people = [(uuid.uuid4(), f"Student {number:04} {course}") for number in range(students)]
    token = f"{TOKEN}_{course}"
    with psycopg.connect(conninfo(url)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO courses (id, title, term, time_zone, late_days) VALUES"
            " (%s, 'Large', 'Autumn', 'UTC', 3)",
            (course,),
        )
        _copy(
            cursor,
            "people (id, name, role, email)",
            [
                (owner, f"owner {course}", "instructor", None),
                *((id_, name, "learner", f"{id_}@example.com") for id_, name in people),
            ],
        )
        _copy(
            cursor,
            "enrolments (id, course_id, person_id, role, student_number)",
            [
                (uuid.uuid4(), course, owner, "owner", None),
                *(
                    (uuid.uuid4(), course, id_, "student", f"{number:08}")
                    for number, (id_, _) in enumerate(people)
                ),
            ],
        )
        cursor.execute(
            "INSERT INTO api_tokens (id, person_id, name, token_hash, scopes) VALUES"
            " (%s, %s, 'measuring', %s, '{read,submit,teach,account,admin}')",
            (uuid.uuid4(), owner, token_hash(token)),
        )
        columns = _problems(cursor, course, problems)
        _copy(
            cursor,
            "grades (problem_id, person_id, points, score, days_late, paid_days, kept,"
            " submissions, judging)",
            [
                (problem, id_, (at * 7 % 40) / 4, (at * 7 % 40) / 40, at % 3, 0, 1.0, 1 + at % 5, 0)
                for problem in columns
                for at, (id_, _) in enumerate(people)
            ],
        )
        cursor.execute("ANALYZE")
    return LargeCourse(course, {"Authorization": f"Bearer {token}"})


def _problems(cursor: psycopg.Cursor[Any], course: uuid.UUID, problems: int) -> list[uuid.UUID]:
    policy = AssignmentRules().model_dump(mode="json", exclude={"window"})
    cursor.execute(
        "INSERT INTO package_snapshots (sha256, slug, version, archive) VALUES"
        " ('measured', 'measured', '1.0.0', '') ON CONFLICT DO NOTHING"
    )
    cursor.executemany(
        "INSERT INTO problems (slug, uuid, version, title, summary, track, position, difficulty,"
        " tags, package_sha256, listed) VALUES (%s, %s, '1.0.0', %s, '', 'measured', %s, 'easy',"
        " '{}', 'measured', false) ON CONFLICT DO NOTHING",
        [(f"measured-{at}", uuid.uuid4(), f"Problem {at}", at) for at in range(problems)],
    )
    ids = [uuid.uuid4() for _ in range(problems)]
    for first in range(0, problems, _PER_ASSIGNMENT):
        assignment = uuid.uuid4()
        cursor.execute(
            "INSERT INTO assignments (id, course_id, title, instructions, position, policy,"
            " feedback, plan_policy, practice_after_end, anonymous, listed, pseudonym_key, version)"
            " VALUES (%s, %s, %s, '', %s, %s, 'now', 'shared', true, false, true, '', 1)",
            (assignment, course, f"Week {first // _PER_ASSIGNMENT}", first, Jsonb(policy)),
        )
        cursor.executemany(
            "INSERT INTO assignment_problems (id, assignment_id, problem_slug, position, points,"
            " package_sha256, plan_seed, hidden_groups) VALUES"
            " (%s, %s, %s, %s, 10, 'measured', 1, '{}')",
            [
                (ids[at], assignment, f"measured-{at}", at)
                for at in range(first, min(first + _PER_ASSIGNMENT, problems))
            ],
        )
    return ids


def _copy(cursor: psycopg.Cursor[Any], table: str, rows: list[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
