"""The demo course: the same whenever it is made, and judged by the service."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy import URL

from app.accounts import repository, service
from app.assignments.schemas import AssignmentCreate
from app.db.engine import Database, conninfo
from app.demo import assignments, people, run, submitting
from app.demo.assignments import ASSIGNMENTS, Wave
from app.demo.errors import DemoError
from app.demo.submitting import Tally
from app.models import Role
from app.settings import Settings
from app.worker.judging import Judging
from tests.app.conftest import PROBLEM
from tests.app.serving import serving

PROBLEMS = Path(__file__).resolve().parents[3] / "problems"
SLUGS = sorted(folder.name for folder in PROBLEMS.iterdir() if (folder / "problem.yaml").is_file())


class TestPlan:
    """What is going to be submitted."""

    def test_a_smaller_course_is_the_beginning_of_a_larger_one(self) -> None:
        few, many = people.students(30), people.students(2000)
        assert many[:30] == few
        assert len({each.name for each in many}) == len(many)
        programs = run.known_programs(PROBLEMS, SLUGS)
        planned = submitting.plan(few, SLUGS, programs)
        assert planned == submitting.plan(few, SLUGS, programs)
        larger = submitting.plan(many[:60], SLUGS, programs)
        for wave in Wave:
            assert all(each in larger[wave] for each in planned[wave])

    def test_nobody_submits_more_often_than_the_rules_take(self) -> None:
        planned = submitting.plan(people.students(200), SLUGS, run.known_programs(PROBLEMS, SLUGS))
        counts = Counter(
            (each.student.number, each.planned.title, each.slug)
            for wave in Wave
            for each in planned[wave]
        )
        for (_, title, _), count in counts.items():
            rules = next(each for each in ASSIGNMENTS if each.title == title).rules
            assert count <= rules.get("attempts", {}).get("most", count)

    def test_each_assignment_can_be_made(self) -> None:
        for planned in ASSIGNMENTS:
            for slugs in (SLUGS, SLUGS[:1]):
                body = assignments.order(planned, slugs, datetime.now(UTC))
                AssignmentCreate.model_validate(body)


async def test_without_a_service_it_says_how_to_start_one() -> None:
    with pytest.raises(DemoError, match="make run"):
        await run.require_service("http://127.0.0.1:9", "token")


async def test_it_waits_for_a_service_that_has_just_been_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/readyz":
            looks.append(request)
            return httpx.Response(200 if len(looks) == 3 else 503, json={})
        return httpx.Response(200, json={"items": []})

    def connect(url: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=url, transport=httpx.MockTransport(answer))

    monkeypatch.setattr(run, "connect", connect)
    monkeypatch.setattr(run, "_BETWEEN_SECONDS", 0)
    assert await run.require_service("http://127.0.0.1:9", "token") == []
    assert len(looks) == 3
    monkeypatch.setattr(run, "_LOOKS", 0)
    with pytest.raises(DemoError, match="readyz says why"):
        await run.require_service("http://127.0.0.1:9", "token")


@pytest.mark.sandbox
@pytest.mark.timeout(300)
async def test_all_of_it_is_judged_and_made_once(
    app: FastAPI, database: Database, judging: Judging, settings: Settings, url: URL,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # Right ones only, each once: this is about the way, not about how many there are.
    planned = [
        dataclasses.replace(each, taken=dict.fromkeys(each.taken, 1.0), most=1)
        for each in ASSIGNMENTS
    ]
    monkeypatch.setattr(submitting, "ASSIGNMENTS", planned)
    students = [dataclasses.replace(each, skill=1.0) for each in people.students(1)]
    programs = run.known_programs(PROBLEMS, [PROBLEM])
    async with database.session() as session:
        tokens = {}
        for name, role in ((people.INSTRUCTOR, Role.INSTRUCTOR), ("you", Role.ADMIN)):
            person = await service.ensure_person(session, name, role)
            tokens[name] = await service.create_api_token(session, person, "demo")
    instructor = tokens[people.INSTRUCTOR]
    judge = asyncio.create_task(_judge_all(database, judging))
    with serving(app, settings) as address:
        made = await run.prepare(address, instructor, tokens["you"], students, [PROBLEM])
        again = await run.prepare(address, instructor, tokens["you"], students, [PROBLEM])
        assert again == made
        async with database.session() as session:
            by_address = {}
            for email in (people.GRADER_EMAIL, students[0].email):
                found = await repository.person_by_email(session, email)
                assert found is not None
                by_address[email] = await service.create_api_token(session, found, "demo")
        tallies: list[Tally] = []
        for _ in range(2):
            tally = await run.fill(
                address, made.id, instructor, by_address, students, programs, 2, lambda _tally: None
            )
            tallies.append(tally)
    judge.cancel()
    first, second = tallies
    assert (first.judged, first.there, first.refused.total()) == (first.total, 0, 0)
    assert (second.judged, second.there) == (0, second.total)
    with psycopg.connect(conninfo(url)) as connection:
        (submitted,) = connection.execute("SELECT count(*) FROM submissions").fetchone() or ()
        late = connection.execute(
            "SELECT title, max(days_late) FROM grades JOIN assignment_problems AS p "
            "ON p.id = problem_id JOIN assignments ON assignments.id = assignment_id GROUP BY title"
        ).fetchall()
        published = connection.execute(
            "SELECT count(published_at), count(*) FROM assignments"
        ).fetchone()
    assert submitted == first.total
    assert dict(late)[assignments.CAPPED.title] == 3
    assert dict(late)[assignments.QUIZ.title] == 0
    assert published == (2, len(ASSIGNMENTS))


async def _judge_all(database: Database, judging: Judging) -> None:
    """Judge whatever comes, as a worker does."""
    while True:
        with psycopg.connect(database.conninfo) as connection:
            rows = connection.execute("SELECT id FROM attempts WHERE status <> 'done'").fetchall()
        for (attempt_id,) in rows:
            await judging.judge_attempt(attempt_id)
        await asyncio.sleep(0.05)
