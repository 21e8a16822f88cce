"""Assignments by the API: made, read, changed, deleted, each by those who may."""

from __future__ import annotations

import asyncio
import json
import shutil
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments.snapshots import store_packages
from app.catalog.packages import Shelf, shelf
from app.courses.grading import recompute
from app.db.base import now
from app.db.engine import Database
from app.models import AssignmentProblem, GradeChange, Notice, Submission
from judge.package import load
from tests.app.assignments.conftest import Asking
from tests.app.conftest import PROBLEM
from tests.app.coursework import add_submission, make_assignment, make_course, set_problem

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
OTHER = "layer-norm"
LIST = "/assignments"
DAY = timedelta(days=1)
WEEK = {
    "title": "Week 3",
    "instructions": "Read *this*.\n",
    "opens_at": "2026-03-02T08:00:00+01:00",
    "due_at": "2026-03-13T23:59:00+01:00",
    "late_until": "2026-03-16T23:59:00+01:00",
    "late": {"percent_per_day": 10, "grace": "PT5M"},
    "attempts": {"kind": "bucket", "holds": 3, "refill": "PT2H"},
    "counts": "last",
    "problems": [
        {"problem": OTHER, "points": 5},
        {"problem": PROBLEM, "points": 10, "hidden_groups": ["numerics"]},
    ],
}

NONSENSE: list[tuple[dict[str, Any], str]] = [
    ({"due_at": "2026-03-01T00:00:00Z"}, "before opens_at"),
    ({"due_at": None}, "late_until needs a due_at"),
    ({"due_at": "2026-03-13T23:59:00"}, "timezone"),
    ({"due_at": "0001-01-01T00:00:00+14:00"}, "from 2000 to 2199"),
    ({"title": "a\0b"}, "cannot be seen"),
    ({"title": "\ud800"}, ""),
    ({"instructions": "\0"}, "no text"),
    ({"late": {"percent_per_day": 101}}, "less than or equal to 100"),
    ({"late": {"grace": "P9999999D"}}, ""),
    ({"attempts": {"kind": "capped", "most": 0}}, "greater than or equal to 1"),
    ({"attempts": {"kind": "some"}}, "'unlimited'"),
    ({"problems": [{"problem": PROBLEM, "points": -1}]}, "greater than or equal to 0"),
    ({"problems": [{"problem": PROBLEM, "points": 10**400}]}, "points"),
    ({"problems": [{"problem": PROBLEM, "points": "NaN"}]}, "points"),
    # A number is neither text nor true, and true is no number.
    ({"problems": [{"problem": PROBLEM, "points": "5"}]}, "a valid number"),
    ({"problems": [{"problem": PROBLEM, "points": True}]}, "a valid number"),
    ({"late": {"percent_per_day": "10"}}, "a valid number"),
    ({"late": {"grace": True}}, "a time span is text"),
    ({"attempts": {"kind": "capped", "most": "3"}}, "a valid integer"),
    ({"attempts": {"kind": "bucket", "holds": True, "refill": "PT1H"}}, "a valid integer"),
    ({"attempts": {"kind": "bucket", "holds": 3, "refill": True}}, "a time span is text"),
    ({"listed": "yes"}, "a valid boolean"),
    ({"anonymous": 1}, "a valid boolean"),
    ({"problems": [{"problem": PROBLEM, "points": 1}] * 2}, "in the list twice"),
    (
        {"problems": [{"problem": PROBLEM, "points": 1, "hidden_groups": ["numeric"]}]},
        "did you mean 'numerics'?",
    ),
    (
        {"problems": [{"problem": PROBLEM, "points": 1, "package_sha256": "0" * 64}]},
        "has no version with this hash",
    ),
    ({"surprise": 1}, "not permitted"),
]


@pytest.fixture
def one(ask: Asking) -> str:
    """Where the assignment is that is there."""
    return f"{LIST}/{ask.room.assignment.id}"


async def entries_of(session: AsyncSession, course_id: uuid.UUID) -> Sequence[GradeChange]:
    """The log of a course, the oldest first."""
    statement = (
        select(GradeChange).where(GradeChange.course_id == course_id).order_by(GradeChange.id)
    )
    return (await session.scalars(statement)).all()


class TestCreate:
    async def test_what_is_made_is_what_was_asked_for(self, ask: Asking) -> None:
        answer = await ask("instructor", "POST", LIST, WEEK)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        assert answer.headers["location"].endswith(f"{LIST}/{made['id']}")
        assert (await ask("instructor", "GET", f"{LIST}/{made['id']}")).json() == made
        assert made["due_at"] == "2026-03-13T22:59:00Z"
        assert made["late"] == {"percent_per_day": 10.0, "most_percent": 100.0, "grace": "PT5M"}
        assert made["attempts"] == {"kind": "bucket", "holds": 3, "refill": "PT2H"}
        assert (made["counts"], made["feedback"], made["listed"]) == ("last", "now", False)
        assert made["rules"] == (
            "Due Friday 13 March 22:59 (UTC), with 5 minutes of grace, then 10 % a day for 3 days. "
            "3 attempts at each problem at once, and one more every 2 hours; the last counts."
        )
        first, second = made["problems"]
        assert (first["problem"], first["points"], first["hidden_groups"]) == (OTHER, 5.0, [])
        assert (second["position"], second["hidden_groups"]) == (1, ["numerics"])
        assert second["package_sha256"] == shelf()[PROBLEM].sha256
        assert second["version"] == shelf()[PROBLEM].spec.version
        assert first["plan_seed"] != second["plan_seed"]
        assert (made["most_points"], made["position"], made["version"]) == (15.0, 1, 1)

    async def test_a_title_is_enough(self, ask: Asking) -> None:
        made = (await ask("owner", "POST", LIST, {"title": "Bare"})).json()
        assert made["rules"] == "No due date. Any number of attempts; the best counts."
        assert (made["problems"], made["most_points"]) == ([], 0)

    async def test_what_makes_no_sense_is_said(
        self, ask: Asking, client: httpx.AsyncClient
    ) -> None:
        for change, said in NONSENSE:
            answer = await client.post(
                f"{ask.room.url}{LIST}",
                content=json.dumps({**WEEK, **change}),
                headers={**ask.room.headers("instructor"), "Content-Type": "application/json"},
            )
            assert answer.status_code == 422, (change, answer.text)
            assert said in answer.text, change
        assert len((await ask("instructor", "GET", LIST)).json()["items"]) == 1

    async def test_an_unknown_problem_is_said(
        self, ask: Asking, check_problem: CheckProblem
    ) -> None:
        body = {"title": "x", "problems": [{"problem": "zero-last", "points": 1}]}
        check_problem(await ask("owner", "POST", LIST, body), 404, "unknown-problem")

    async def test_a_version_of_another_problem_is_refused(
        self, ask: Asking, check_problem: CheckProblem
    ) -> None:
        sha256 = shelf()[OTHER].sha256
        order = {"problem": PROBLEM, "points": 1, "package_sha256": sha256}
        body = {"title": "x", "problems": [order]}
        check_problem(await ask("owner", "POST", LIST, body), 422, "invalid-request")


class TestWhoMay:
    async def test_by_role(self, ask: Asking, one: str) -> None:
        unlisted = (await ask("owner", "POST", LIST, {"title": "Unlisted"})).json()["id"]
        body = {"version": 1, "title": "Renamed"}
        reads = {"student": 200, "observer": 200, "grader": 200, "stranger": 404, "admin": 200}
        for who, status in reads.items():
            assert (await ask(who, "GET", one)).status_code == status, who
            assert (await ask(who, "GET", LIST)).status_code == status, who
        for who in ("student", "observer", "grader"):
            for method, path in (("POST", LIST), ("PATCH", one), ("DELETE", one)):
                asked = await ask(who, method, path, body if method != "DELETE" else None)
                assert asked.status_code == 403, (who, method)
        for method, path in (("POST", LIST), ("PATCH", one), ("DELETE", one)):
            asked = await ask("stranger", method, path, body if method != "DELETE" else None)
            assert asked.status_code == 404, method
        shown = {
            who: [each["title"] for each in (await ask(who, "GET", LIST)).json()["items"]]
            for who in ("student", "observer")
        }
        assert shown == {"student": ["First steps"], "observer": ["First steps", "Unlisted"]}
        hidden = await ask("student", "GET", f"{LIST}/{unlisted}")
        nothing = await ask("student", "GET", f"{LIST}/{ask.room.course.id}")
        assert (hidden.status_code, hidden.json()["detail"]) == (404, nothing.json()["detail"])

    async def test_one_of_another_course_is_not_there(
        self, ask: Asking, database: Database
    ) -> None:
        async with database.session() as session:
            abroad = await make_assignment(session, await make_course(session))
        for method, body in (("GET", None), ("PATCH", {"version": 1}), ("DELETE", None)):
            answer = await ask("owner", method, f"{LIST}/{abroad.id}", body)
            assert answer.status_code == 404, method

    async def test_students_learn_nothing_that_is_for_staff(self, ask: Asking, one: str) -> None:
        await ask.room.submit("other", 1.0)
        told = (await ask("student", "GET", one)).json()["problems"][0]
        assert (told["hidden_groups"], told["plan_seed"], told["submissions"]) == (None,) * 3
        known = (await ask("observer", "GET", one)).json()
        assert (known["problems"][0]["submissions"], known["problems"][0]["plan_seed"]) == (1, 17)
        assert known["yours"] is None

    async def test_what_is_not_open_yet_tells_when_it_is_and_no_more(
        self, ask: Asking, one: str
    ) -> None:
        opens = now() + DAY
        await ask.room.change(opens_at=opens, instructions="The answer is forty-two.")
        for answer in (await ask("student", "GET", one), await ask("student", "GET", LIST)):
            assert "forty-two" not in answer.text
            assert PROBLEM not in answer.text
        told = (await ask("student", "GET", one)).json()
        assert (told["most_points"], told["yours"]["state"]) == (None, "upcoming")
        assert datetime.fromisoformat(told["opens_at"]) == opens
        assert "forty-two" in (await ask("observer", "GET", one)).text


class TestUpdate:
    async def test_what_is_left_out_stays(self, ask: Asking) -> None:
        made = (await ask("instructor", "POST", LIST, WEEK)).json()
        path = f"{LIST}/{made['id']}"
        body = {"version": 1, "title": "Week three", "listed": True}
        changed = (await ask("instructor", "PATCH", path, body)).json()
        assert (changed["saved"], changed["changed"]) == (True, [])
        expected = {**made, "title": "Week three", "listed": True, "version": 2}
        assert changed["assignment"] == expected
        body = {"version": 2, "late_until": None, "due_at": None, "late": None, "counts": "best"}
        changed = (await ask("instructor", "PATCH", path, body)).json()
        assert changed["changed"] == ["due_at", "late_until", "counts"]
        expected |= {"due_at": None, "late_until": None, "counts": "best", "version": 3}
        assert changed["assignment"] == {**expected, "rules": changed["assignment"]["rules"]}

    async def test_dates_are_checked_together_with_those_that_stay(
        self, ask: Asking, check_problem: CheckProblem
    ) -> None:
        path = f"{LIST}/{(await ask('owner', 'POST', LIST, WEEK)).json()['id']}"
        body = {"version": 1, "due_at": "2026-03-20T00:00:00Z"}
        document = check_problem(await ask("owner", "PATCH", path, body), 422, "invalid-request")
        assert "late_until" in document["detail"]
        body["late_until"] = "2026-03-21T00:00:00Z"
        assert (await ask("owner", "PATCH", path, body)).status_code == 200

    async def test_a_number_is_neither_text_nor_true(
        self, ask: Asking, one: str, check_problem: CheckProblem
    ) -> None:
        for wrong in ({"version": "1"}, {"version": True}, {"position": "0"}, {"listed": "true"}):
            answer = await ask("owner", "PATCH", one, {"version": 1, **wrong})
            document = check_problem(answer, 422, "invalid-request")
            assert document["errors"][0]["location"] == f"body.{next(iter(wrong))}"
        # JSON knows no integers: this one is whole.
        answer = await ask("owner", "PATCH", one, {"version": 1.0, "late": {"grace": 60}})
        assert answer.status_code == 200, answer.text

    async def test_a_reason_is_text_that_can_be_kept(
        self, ask: Asking, one: str, check_problem: CheckProblem
    ) -> None:
        body = {"version": 1, "counts": "last"}
        answer = await ask("instructor", "PATCH", one, {**body, "reason": "Too \0 easy."})
        assert "is no text" in check_problem(answer, 422, "invalid-request")["detail"]
        answer = await ask("instructor", "PATCH", one, {**body, "reason": " \n"})
        assert answer.status_code == 200, answer.text

    async def test_of_two_at_once_the_second_is_told(
        self, ask: Asking, one: str, check_problem: CheckProblem
    ) -> None:
        answers = await asyncio.gather(
            ask("instructor", "PATCH", one, {"version": 1, "title": "Mine"}),
            ask("owner", "PATCH", one, {"version": 1, "title": "Yours"}),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        refused = next(answer for answer in answers if answer.status_code == 409)
        document = check_problem(refused, 409, "changed-meanwhile")
        kept = (await ask("observer", "GET", one)).json()
        assert "version 2 now" in document["detail"]
        assert document["errors"] == [
            {"location": "body.title", "message": f"is {kept['title']} now"}
        ]
        assert kept["title"] in ("Mine", "Yours")

    async def test_grades_follow_the_points_and_the_log_tells_of_it(
        self, ask: Asking, one: str, database: Database
    ) -> None:
        await ask.room.submit("student", 0.5)
        await ask.room.submit("other", 0.0)
        problem = {"problem": PROBLEM, "points": 4}
        await ask.change(counts="last")
        trial = await ask.change(problems=[problem], dry_run=True)
        assert (trial["saved"], trial["assignment"]["most_points"]) == (False, 4)
        assert trial["effect"] == {
            "students": 2,
            "gain": 0,
            "lose": 1,
            "most_lost": 3.0,
        }
        assert (await ask("owner", "GET", one)).json()["most_points"] == 10
        changed = await ask.change(problems=[problem], reason="Too easy.")
        assert (changed["saved"], changed["effect"]["lose"]) == (True, 1)
        assert changed["changed"] == [f"problems.{PROBLEM}.points"]
        async with database.session() as session:
            entries = await entries_of(session, ask.room.course.id)
        assert [entry.kind for entry in entries] == ["rules_changed"] * 2
        assert entries[1].details == {
            "before": {f"problems.{PROBLEM}.points": 10},
            "after": {f"problems.{PROBLEM}.points": 4},
        }
        assert entries[1].reason == f"Points of {PROBLEM} from 10 to 4. Too easy."
        assert entries[1].actor_id == ask.room.people["instructor"].person.id
        eight = [{"problem": PROBLEM, "points": 8}]
        gain = await ask.change(problems=eight, dry_run=True)
        assert (gain["effect"]["gain"], gain["effect"]["lose"]) == (1, 0)
        # Who may see points is told that they are others; who has the same is not.
        await ask.change(problems=eight, feedback="now", reason="On second thoughts.")
        async with database.session() as session:
            (notice,) = (await session.scalars(select(Notice))).all()
        assert notice.person_id == ask.room.people["student"].person.id
        assert notice.text == (
            "First steps has other rules, and you have other points. "
            f"Points of {PROBLEM} from 4 to 8. On second thoughts."
        )

    async def test_who_has_left_is_told_of_no_points(self, ask: Asking, database: Database) -> None:
        for who in ("student", "other"):
            await ask.room.submit(who, 0.5)
        await ask.change(counts="last")
        async with database.session() as session:
            gone = await session.merge(ask.room.enrolments["other"])
            gone.left_at = now()
        await ask.change(problems=[{"problem": PROBLEM, "points": 4}], feedback="now")
        async with database.session() as session:
            people = list(await session.scalars(select(Notice.person_id)))
        assert people == [ask.room.people["student"].person.id]

    async def test_a_later_due_date_takes_a_penalty_back(self, ask: Asking) -> None:
        due = now() - timedelta(hours=30)
        await ask.change(
            due_at=due.isoformat(),
            late_until=(due + 5 * DAY).isoformat(),
            late={"percent_per_day": 25},
        )
        await ask.room.submit("student", 1.0)
        await ask.change(counts="last")
        changed = await ask.change(due_at=(due + 2 * DAY).isoformat())
        assert changed["effect"] == {"students": 1, "gain": 1, "lose": 0, "most_lost": 0.0}

    async def test_students_are_told_of_their_own_new_dates(
        self, ask: Asking, database: Database
    ) -> None:
        late = {"person_ids": [str(ask.room.people["other"].person.id)], "later_by": "P1D"}
        assert (await ask("owner", "POST", "/grants", late)).status_code == 201
        await ask.change(due_at="2026-03-13T12:00:00Z", dry_run=True)
        await ask.change(due_at="2026-03-13T12:00:00Z")
        await ask.change(title="Same dates")
        posted = await ask("owner", "POST", LIST, WEEK)
        body = {"version": 1, "listed": True}
        await ask("owner", "PATCH", f"{LIST}/{posted.json()['id']}", body)
        told = {}
        async with database.session() as session:
            for who in ("student", "other"):
                person_id = ask.room.people[who].person.id
                statement = select(Notice.text).where(Notice.person_id == person_id)
                notices = await session.scalars(statement.order_by(Notice.created_at))
                told[who] = [text.split(" (UTC)")[0] for text in notices]
        assert told["student"] == [
            "First steps has other dates. Due Friday 13 March 12:00",
            "Week 3 is set. Due Friday 13 March 22:59",
        ]
        assert told["other"][1:] == [
            "First steps has other dates. Due Saturday 14 March 12:00",
            "Week 3 is set. Due Saturday 14 March 22:59",
        ]

    async def test_many_things_at_once_end_well(self, ask: Asking, database: Database) -> None:
        """Points change, grants come, grades are computed, the assignment goes: each is done or
        refused for a reason that is said; none waits for another for ever."""
        for who in ("student", "other"):
            await ask.room.submit(who, 1.0)
        course_id, one = ask.room.course.id, f"{LIST}/{ask.room.assignment.id}"

        async def compute() -> httpx.Response:
            async with database.session() as session:
                await recompute(session, course_id)
            return httpx.Response(200)

        def points(count: int) -> dict[str, Any]:
            return {"version": count, "problems": [{"problem": PROBLEM, "points": count}]}

        grant = {
            "assignment_id": str(ask.room.assignment.id),
            "person_ids": [str(ask.room.people["student"].person.id)],
            "more_attempts": 1,
        }
        answers = await asyncio.gather(
            *(ask("instructor", "PATCH", one, points(version)) for version in (1, 2, 1)),
            *(ask("owner", "POST", "/grants", grant) for _ in range(2)),
            *(compute() for _ in range(3)),
            ask("owner", "DELETE", one, confirmation="First steps"),
            *(compute() for _ in range(2)),
        )
        assert {answer.status_code for answer in answers} <= {200, 201, 204, 404, 409}
        assert (await ask("owner", "GET", LIST)).json()["items"] == []

    async def test_a_draft_leaves_no_trace_in_the_log(
        self, ask: Asking, database: Database
    ) -> None:
        made = (await ask("owner", "POST", LIST, WEEK)).json()
        body = {"version": 1, "counts": "best"}
        await ask("owner", "PATCH", f"{LIST}/{made['id']}", body)
        async with database.session() as session:
            assert await entries_of(session, ask.room.course.id) == []

    async def test_order_in_the_course(self, ask: Asking) -> None:
        for title in ("b", "c"):
            await ask("owner", "POST", LIST, {"title": title})
        last = (await ask("owner", "GET", LIST)).json()["items"][-1]
        body = {"version": 1, "position": 0}
        await ask("owner", "PATCH", f"{LIST}/{last['id']}", body)
        items = (await ask("owner", "GET", LIST)).json()["items"]
        assert [item["title"] for item in items] == ["c", "First steps", "b"]
        assert [item["position"] for item in items] == [0, 1, 2]


class TestProblems:
    async def test_a_problem_with_submissions_stays(
        self, ask: Asking, one: str, check_problem: CheckProblem
    ) -> None:
        order = {"problem": OTHER, "points": 5}
        added = await ask.change(problems=[order, {"problem": PROBLEM, "points": 10}])
        assert [each["problem"] for each in added["assignment"]["problems"]] == [OTHER, PROBLEM]
        kept = added["assignment"]["problems"][1]
        assert (kept["id"], kept["plan_seed"]) == (str(ask.room.problem.id), 17)
        await ask.room.submit()
        version = added["assignment"]["version"]
        body = {"version": version, "problems": [order]}
        document = check_problem(await ask("owner", "PATCH", one, body), 409, "has-submissions")
        assert "1 submission " in document["detail"]
        body = {"version": version, "problems": [{"problem": PROBLEM, "points": 0}]}
        assert (await ask("owner", "PATCH", one, body)).status_code == 200

    async def test_a_pin_is_moved(
        self, ask: Asking, database: Database, tmp_path: Path, check_problem: CheckProblem, one: str
    ) -> None:
        folder = tmp_path / PROBLEM
        shutil.copytree(shelf()[PROBLEM].root, folder)
        text = (folder / "problem.yaml").read_text().replace("name: numerics", "name: numbers")
        (folder / "problem.yaml").write_text(text)
        shutil.rmtree(folder / "submissions")
        newer = load(folder)
        async with database.session() as session:
            await store_packages(session, Shelf([newer]))
        found = (await ask("instructor", "GET", "/problem-versions", problem=PROBLEM)).json()
        assert [each["current"] for each in found["items"]] == [False, True]
        assert found["items"][0]["package_sha256"] == newer.sha256

        order: dict[str, Any] = {"problem": PROBLEM, "points": 10, "hidden_groups": ["numerics"]}
        await ask.change(problems=[order])
        stays = await ask.change(problems=[{"problem": PROBLEM, "points": 10}])
        assert stays["assignment"]["problems"][0]["hidden_groups"] == ["numerics"]
        moved = {"problem": PROBLEM, "points": 10, "package_sha256": newer.sha256}
        body = {"version": stays["assignment"]["version"], "problems": [moved]}
        document = check_problem(await ask("owner", "PATCH", one, body), 422, "invalid-request")
        assert "numerics" in document["detail"]
        moved["hidden_groups"] = ["numbers"]
        after = await ask.change(problems=[moved])
        assert after["changed"] == [f"problems.{PROBLEM}.package_sha256"]
        assert after["assignment"]["problems"][0]["package_sha256"] == newer.sha256

    async def test_versions_are_for_staff(self, ask: Asking, check_problem: CheckProblem) -> None:
        path = "/problem-versions"
        check_problem(await ask("student", "GET", path, problem=PROBLEM), 403, "forbidden")
        check_problem(await ask("owner", "GET", path, problem="no"), 404, "unknown-problem")


class TestDelete:
    async def test_without_submissions_it_goes(self, ask: Asking, one: str) -> None:
        assert (await ask("owner", "DELETE", one)).status_code == 204
        assert (await ask("owner", "GET", one)).status_code == 404

    async def test_with_submissions_it_goes_once_that_is_confirmed(
        self, ask: Asking, one: str, database: Database, check_problem: CheckProblem
    ) -> None:
        submission = await ask.room.submit()
        refused = check_problem(await ask("owner", "DELETE", one), 409, "not-confirmed")
        assert refused["detail"].endswith("type its title: “First steps”.")
        gone = await ask("owner", "DELETE", one, confirmation="First steps")
        assert gone.status_code == 204, gone.text
        async with database.session() as session:
            kept = await session.get_one(Submission, submission.id)
            (entry,) = await entries_of(session, ask.room.course.id)
            assert (await session.scalars(select(AssignmentProblem))).all() == []
        assert kept.assignment_problem_id is None
        assert (entry.kind, entry.details["before"]["submissions"]) == ("assignment_deleted", 1)


class TestYours:
    async def test_all_that_is_set_for_a_student(
        self, ask: Asking, client: httpx.AsyncClient, database: Database
    ) -> None:
        due = datetime(2199, 1, 1, tzinfo=UTC)
        await ask.change(due_at=due.isoformat(), attempts={"kind": "capped", "most": 2})
        async with database.session() as session:
            later = await make_assignment(session, ask.room.course, title="Later")
            other = shelf()[OTHER]
            await set_problem(session, later, other)
            await make_assignment(session, ask.room.course, title="Draft", listed=False)
        await ask.room.submit("student", 0.5)
        async with database.session() as session:
            me = ask.room.people["student"].person.id
            await add_submission(session, me, ask.room.problem, 0.0, verdict="IE")
        await ask.change(counts="last")

        async def mine(who: str = "student") -> dict[str, Any]:
            headers = ask.room.headers(who)
            answer = await client.get("/api/v1/me/assignments", headers=headers)
            assert answer.status_code == 200, answer.text
            found: dict[str, Any] = answer.json()
            return found

        first, second = (await mine())["items"]
        assert (first["title"], second["title"]) == ("First steps", "Later")
        assert (first["state"], first["granted"], first["course"]) == ("open", False, "Layers")
        assert datetime.fromisoformat(first["due_at"]) == due
        (problem,) = first["problems"]
        # The judge's own failure costs nothing; points are not published yet.
        assert (problem["submissions"], problem["attempts"]["left"]) == (1, 1)
        assert (problem["points"], first["points"], first["most_points"]) == (None, None, 10)
        await ask.change(feedback="now")
        assert (await mine())["items"][0]["points"] == 5
        await ask.room.submit("student", 1.0)
        (problem,) = (await mine())["items"][0]["problems"]
        assert problem["attempts"] == {
            "taken": False,
            "refusal": "no_attempts_left",
            "left": 0,
            "again_at": None,
        }
        view = (await ask("student", "GET", f"{LIST}/{first['id']}")).json()
        assert view["yours"] == (await mine())["items"][0]
        assert (await mine("other"))["items"][0]["problems"][0]["submissions"] == 0
        assert (await mine("grader"))["items"] == []

    async def test_late_days_left(
        self, ask: Asking, client: httpx.AsyncClient, database: Database
    ) -> None:
        due = now() - timedelta(hours=30)
        async with database.session() as session:
            course = await session.merge(ask.room.course)
            course.late_days = 5
        await ask.change(
            due_at=due.isoformat(),
            late_until=(due + 5 * DAY).isoformat(),
            late={"percent_per_day": 25},
        )
        await ask.room.submit("student", 1.0)
        await ask.change(counts="last")

        async def left() -> tuple[int, int, str]:
            headers = ask.room.headers("student")
            found = (await client.get("/api/v1/me/assignments", headers=headers)).json()
            return (
                found["late_days"][0]["budget"],
                found["late_days"][0]["left"],
                found["items"][0]["state"],
            )

        # What was used would tell what was earned.
        assert await left() == (5, 5, "late")
        await ask.change(feedback="now")
        assert await left() == (5, 3, "late")
