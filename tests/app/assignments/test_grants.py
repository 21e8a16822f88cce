"""Extensions and accommodations: what they change, for whom, who may give them, who is told."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.accounts.export_schemas import Export
from app.db.base import now
from app.db.engine import Database
from app.models import GradeChange, Notice, Section
from tests.app.assignments.conftest import Asking
from tests.app.coursework import make_assignment, make_course

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
GRANTS = "/grants"
DAY = timedelta(days=1)


@pytest.fixture
async def due(ask: Asking) -> datetime:
    """The assignment was due thirty hours ago and takes late work for five days, at 25 % a day;
    the student and the other have submitted all right, late."""
    due = now().replace(microsecond=0) - timedelta(hours=30)
    await ask.change(
        due_at=due.isoformat(),
        late_until=(due + 5 * DAY).isoformat(),
        late={"percent_per_day": 25},
        feedback="now",
    )
    for who in ("student", "other"):
        await ask.room.submit(who, 1.0)
    await ask.change(counts="last")
    return due


def person(ask: Asking, who: str) -> str:
    return str(ask.room.people[who].person.id)


async def mine(ask: Asking, who: str) -> dict[str, Any]:
    """The assignment as it is for somebody."""
    answer = await ask(who, "GET", f"/assignments/{ask.room.assignment.id}")
    yours: dict[str, Any] = answer.json()["yours"]
    return yours


async def given(ask: Asking, body: dict[str, Any], **query: Any) -> dict[str, Any]:
    answer = await ask("instructor", "POST", GRANTS, body, **query)
    assert answer.status_code == 201, answer.text
    changed: dict[str, Any] = answer.json()
    return changed


class TestGranting:
    async def test_an_extension_from_trial_to_taken_back(
        self, ask: Asking, due: datetime, database: Database
    ) -> None:
        body = {
            "assignment_id": str(ask.room.assignment.id),
            "person_ids": [person(ask, "student")],
            "due_at": (due + 2 * DAY).isoformat(),
            "reason": "Doctor's note.",
        }
        trial = await given(ask, body, dry_run=True)
        assert (trial["saved"], trial["effect"]["gain"]) == (False, 1)
        assert (await ask("observer", "GET", GRANTS)).json() == {"items": [], "total": 0}
        assert (await mine(ask, "student"))["granted"] is False

        grant = (await given(ask, body))["grant"]
        assert [each["name"] for each in grant["people"]] == ["the student"]
        assert grant["assignment"] == "First steps"
        assert grant["granted"].startswith("due ")
        yours = await mine(ask, "student")
        assert (yours["points"], yours["granted"], yours["state"]) == (10, True, "open")
        assert datetime.fromisoformat(yours["due_at"]) == due + 2 * DAY
        other = await mine(ask, "other")
        assert (other["points"], other["granted"], other["state"]) == (5, False, "late")

        place = f"{GRANTS}/{grant['id']}"
        assert (await ask("observer", "GET", place)).json() == grant
        body = {"due_at": (due + 1 * DAY).isoformat(), "more_attempts": 2}
        changed = (await ask("owner", "PATCH", place, body)).json()
        assert changed["effect"] == {"students": 2, "gain": 0, "lose": 1, "most_lost": 2.5}
        assert changed["grant"]["granted"].endswith("2 more attempts at each problem")
        trial = (await ask("owner", "DELETE", place, dry_run=True)).json()
        assert (trial["saved"], trial["effect"]["lose"]) == (False, 1)
        assert (await mine(ask, "student"))["points"] == 7.5
        assert (await ask("owner", "DELETE", place)).json()["saved"] is True
        assert (await mine(ask, "student"))["points"] == 5
        assert (await ask("owner", "GET", place)).status_code == 404

        async with database.session() as session:
            notices = (
                await session.scalars(
                    select(Notice.text)
                    .where(Notice.text.contains("An extension"))
                    .order_by(Notice.created_at)
                )
            ).all()
            entries = (
                await session.scalars(
                    select(GradeChange)
                    .where(
                        GradeChange.course_id == ask.room.course.id,
                        GradeChange.kind.startswith("grant"),
                    )
                    .order_by(GradeChange.id)
                )
            ).all()
        assert notices[0].startswith("An extension of First steps is yours: due ")
        assert notices[-1] == "An extension of First steps was taken back."
        assert "Doctor" not in str(notices)
        assert [entry.kind for entry in entries] == ["granted", "granted", "grant_removed"]
        assert {entry.person_id for entry in entries} == {ask.room.people["student"].person.id}
        assert entries[1].details["before"]["due_at"] != entries[1].details["after"]["due_at"]
        assert entries[0].reason == "Doctor's note."

    async def test_an_accommodation_of_a_section_in_all_assignments(
        self, ask: Asking, due: datetime, database: Database
    ) -> None:
        async with database.session() as session:
            lab = Section(id=uuid.uuid4(), course_id=ask.room.course.id, name="Lab")
            session.add(lab)
            await session.flush()
            seat = await session.merge(ask.room.enrolments["other"])
            seat.section_id = lab.id
        body = {"section_id": str(lab.id), "later_by": "P1D", "no_penalty": True}
        grant = (await given(ask, body))["grant"]
        assert grant["section"] == "Lab"
        assert grant["granted"] == "due 1 day later; no late penalty"
        yours = await mine(ask, "other")
        assert datetime.fromisoformat(yours["due_at"]) == due + DAY
        assert datetime.fromisoformat(yours["late_until"]) == due + 6 * DAY
        assert yours["points"] == 10
        assert (await mine(ask, "student"))["points"] == 5

        for who, found in (("other", 1), ("student", 0)):
            listed = await ask("grader", "GET", GRANTS, person_id=person(ask, who))
            assert listed.json()["total"] == found
        # From the section to one of another by name: the one loses it, the other has it.
        body = {"section_id": None, "person_ids": [person(ask, "student")]}
        changed = await ask("owner", "PATCH", f"{GRANTS}/{grant['id']}", body)
        assert changed.json()["effect"] | {"most_lost": 5} == {
            "students": 2,
            "gain": 1,
            "lose": 1,
            "most_lost": 5,
        }
        assert ((await mine(ask, "student"))["points"], (await mine(ask, "other"))["points"]) == (
            10,
            5,
        )

    async def test_only_who_is_a_student_now_is_told(self, ask: Asking, database: Database) -> None:
        async with database.session() as session:
            lab = Section(id=uuid.uuid4(), course_id=ask.room.course.id, name="Lab")
            session.add(lab)
            await session.flush()
            for who in ("student", "other", "grader"):
                seat = await session.merge(ask.room.enrolments[who])
                seat.section_id = lab.id
            gone = await session.merge(ask.room.enrolments["other"])
            gone.left_at, gone.taken_out = now(), True
        grant = (await given(ask, {"section_id": str(lab.id), "more_attempts": 1}))["grant"]
        await ask("owner", "DELETE", f"{GRANTS}/{grant['id']}")
        async with database.session() as session:
            told = list(await session.scalars(select(Notice.person_id)))
        assert list(map(str, told)) == 2 * [person(ask, "student")]

    async def test_of_an_assignment_that_is_not_listed_nobody_is_told(
        self, ask: Asking, count: Callable[[str], int]
    ) -> None:
        await ask.room.change(listed=False)
        body = {
            "assignment_id": str(ask.room.assignment.id),
            "person_ids": [person(ask, "student")],
            "more_attempts": 1,
        }
        await given(ask, body)
        assert count("notices") == 0


class TestOwnData:
    async def test_what_one_is_granted_is_in_the_export(
        self, ask: Asking, client: httpx.AsyncClient
    ) -> None:
        hidden = (await ask("owner", "POST", "/assignments", {"title": "Unlisted"})).json()["id"]
        for assignment_id in (None, str(ask.room.assignment.id), hidden):
            body = {
                "assignment_id": assignment_id,
                "person_ids": [person(ask, "student")],
                "more_attempts": 2,
                "reason": "A note between staff.",
            }
            await given(ask, body)
        for who, assignments in (("student", [None, "First steps"]), ("other", [])):
            answer = await client.get("/api/v1/me/export", headers=ask.room.headers(who))
            found = answer.json()["extensions"]
            assert [each["assignment"] for each in found] == assignments
            assert all(each["granted"] == "2 more attempts at each problem" for each in found)
            assert "A note between staff." not in answer.text
            Export.model_validate(answer.json())


class TestRefusals:
    async def test_what_makes_no_sense_is_said(
        self, ask: Asking, due: datetime, database: Database
    ) -> None:
        async with database.session() as session:
            undated = await make_assignment(session, ask.room.course)
            elsewhere = await make_course(session)
            section = Section(id=uuid.uuid4(), course_id=elsewhere.id, name="Lab")
            session.add(section)
            abroad = await make_assignment(session, elsewhere)
        here = {"assignment_id": str(ask.room.assignment.id)}
        later = (due + 9 * DAY).isoformat()
        student = {"person_ids": [person(ask, "student")]}
        for body, status, said in [
            (here | {"due_at": later}, 422, "for whom"),
            (here | student, 422, "grants nothing"),
            (student | {"due_at": later}, 422, "for one assignment"),
            (student | {"late_until": later}, 422, "for one assignment"),
            (here | student | {"due_at": due.isoformat()}, 422, "would change nothing"),
            (here | student | {"late_until": (due + DAY).isoformat()}, 422, "change nothing"),
            (
                here | student | {"late_until": later, "due_at": (due + 10 * DAY).isoformat()},
                422,
                "before due_at",
            ),
            (
                student | {"assignment_id": str(undated.id), "due_at": later},
                422,
                "no due date",
            ),
            (here | {"person_ids": [person(ask, "grader")], "no_penalty": True}, 422, "Not stude"),
            (student | {"later_by": "P999D"}, 422, "less than or equal"),
            (student | {"later_by": "-P1D"}, 422, "greater than or equal"),
            (student | {"later_by": 1e300}, 422, "later_by"),
            (student | {"more_attempts": 2**70}, 422, "more_attempts"),
            (student | {"more_attempts": "3"}, 422, "a valid integer"),
            (student | {"more_attempts": True}, 422, "a valid integer"),
            (student | {"later_by": True}, 422, "a time span is text"),
            (student | {"no_penalty": "yes"}, 422, "a valid boolean"),
            (student | {"no_penalty": True, "reason": "a\0"}, 422, "cannot be seen"),
            (student | {"assignment_id": str(abroad.id), "no_penalty": True}, 404, "no such assi"),
            ({"section_id": str(section.id), "no_penalty": True}, 404, "no such section"),
        ]:
            answer = await ask("instructor", "POST", GRANTS, body)
            assert answer.status_code == status, (body, answer.text)
            assert said in answer.text, body
        assert (await ask("owner", "GET", GRANTS)).json()["total"] == 0

    async def test_a_date_given_later_to_an_accommodation(self, ask: Asking, due: datetime) -> None:
        body = {"person_ids": [person(ask, "student")], "no_penalty": True}
        place = f"{GRANTS}/{(await given(ask, body))['grant']['id']}"
        answer = await ask("owner", "PATCH", place, {"due_at": (due + DAY).isoformat()})
        assert answer.status_code == 422
        assert "for one assignment" in answer.text
        answer = await ask("owner", "PATCH", place, {"no_penalty": False})
        assert "grants nothing" in answer.text
        answer = await ask("owner", "PATCH", place, {"person_ids": []})
        assert "for whom" in answer.text

    async def test_by_role(self, ask: Asking, check_problem: CheckProblem) -> None:
        body = {"person_ids": [person(ask, "student")], "no_penalty": True}
        place = f"{GRANTS}/{(await given(ask, body))['grant']['id']}"
        for who, reads, changes in (
            ("stranger", 404, 404),
            ("student", 403, 403),
            ("observer", 200, 403),
            ("grader", 200, 403),
        ):
            for path in (GRANTS, place):
                assert (await ask(who, "GET", path)).status_code == reads, who
            assert (await ask(who, "POST", GRANTS, body)).status_code == changes, who
            assert (await ask(who, "PATCH", place, {})).status_code == changes, who
            assert (await ask(who, "DELETE", place)).status_code == changes, who
        check_problem(await ask("owner", "DELETE", f"{GRANTS}/{uuid.uuid4()}"), 404, "not-found")
        assert (await ask("admin", "DELETE", place)).status_code == 200
