"""Endpoints of submissions, without a worker: what is taken in, refused, told and to whom."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import delete, select, update

from app.db.engine import Database
from app.models import Attempt, EventKind, Person
from app.settings import Settings, use_settings
from app.submissions import events
from app.submissions.documents import storable
from app.worker import repository
from app.worker.repository import Claim
from judge.grade import judge_error_report
from judge.package import Package
from judge.report import CaseResult
from judge.verdict import Verdict, Visibility

PROBLEM = "zero-last-layer"
PATH = "/api/v1/submissions"

Submit = Callable[..., Awaitable[httpx.Response]]
CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
Count = Callable[[str], int]


def body(**changes: Any) -> bytes:
    """A good body, but for the changes."""
    return json.dumps({"problem": PROBLEM, "source": "x = 1\n", **changes}).encode()


BAD_BODIES = {
    "broken JSON": (b'{"problem": ', 422, "invalid-request"),
    "a list": (b"[]", 422, "invalid-request"),
    "empty": (b"", 422, "invalid-request"),
    "nothing in it": (b"{}", 422, "invalid-request"),
    "nested without end": (b"[" * 100_000, 422, "invalid-request"),
    "not UTF-8": (b'{"problem": "zero-last-layer", "source": "\xff\xfe"}', 422, "invalid-request"),
    "problem of a wrong type": (body(problem=3), 422, "invalid-request"),
    "source of a wrong type": (body(source=["x"]), 422, "invalid-request"),
    "source null": (body(source=None), 422, "invalid-request"),
    "an unknown key": (body(verdict="AC"), 422, "invalid-request"),
    "an unknown problem": (body(problem="nope"), 404, "unknown-problem"),
    "NUL in the problem": (body(problem="a\0"), 404, "unknown-problem"),
    "half a pair in the problem": (body(problem="\ud800"), 404, "unknown-problem"),
    "half a pair in the source": (body(source='x = "\ud800"'), 422, "invalid-request"),
    "source over the limit": (body(source="x" * (256 * 1024 + 1)), 413, "too-large"),
    "source over the limit in bytes only": (body(source="é" * (128 * 1024 + 1)), 413, "too-large"),
    "body over the limit": (body(source="x" * 2_000_000), 413, "too-large"),
}


class TestCreate:
    """POST /submissions."""

    async def test_stores_and_queues(self, submit: Submit, count: Count) -> None:
        answer = await submit()
        assert answer.status_code == 202
        document = answer.json()
        assert answer.headers["location"] == f"{PATH}/{document['id']}"
        assert (document["status"], document["attempt"], document["report"]) == ("queued", 1, None)
        assert (count("attempts"), count("procrastinate_jobs")) == (1, 1)

    @pytest.mark.parametrize("case", BAD_BODIES)
    async def test_refuses_a_bad_body(
        self,
        case: str,
        client: httpx.AsyncClient,
        ann: Any,
        check_problem: CheckProblem,
        nothing_stored: Callable[[], None],
    ) -> None:
        content, status, kind = BAD_BODIES[case]
        headers = {"Content-Type": "application/json", **ann.headers}
        answer = await client.post(PATH, content=content, headers=headers)
        check_problem(answer, status, kind)
        nothing_stored()

    async def test_counts_a_body_that_does_not_say_how_large_it_is(
        self,
        client: httpx.AsyncClient,
        ann: Any,
        check_problem: CheckProblem,
        nothing_stored: Callable[[], None],
    ) -> None:
        async def chunks() -> Any:
            for _ in range(200):
                yield b" " * 16_384

        headers = {"Content-Type": "application/json", **ann.headers}
        answer = await client.post(PATH, content=chunks(), headers=headers)
        check_problem(answer, 413, "too-large")
        nothing_stored()

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Authorization": "Bearer nonsense"},
            {"Authorization": "Basic eDp4"},
            {"Authorization": "Bearer"},
            {"Cookie": "jurax_session=nonsense"},
        ],
        ids=str,
    )
    async def test_refuses_a_stranger(
        self,
        headers: dict[str, str],
        client: httpx.AsyncClient,
        check_problem: CheckProblem,
        nothing_stored: Callable[[], None],
    ) -> None:
        answer = await client.post(
            PATH, content=body(), headers={"Content-Type": "application/json", **headers}
        )
        document = check_problem(answer, 401, "not-signed-in")
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert "jurax admin token" in document["detail"]
        nothing_stored()

    @pytest.mark.parametrize("source", ["", "x\0y", "\ufeffx = 1\r\n", "é" * 131_072])
    async def test_takes_any_text(self, source: str, submit: Submit, client: Any, ann: Any) -> None:
        answer = await submit(source)
        assert answer.status_code == 202
        again = await client.get(answer.headers["location"], headers=ann.headers)
        assert again.json()["source"] == source

    @pytest.mark.parametrize("wait", ["-1", "inf", "nan", "soon"])
    async def test_refuses_a_wait_that_is_none(
        self, wait: str, submit: Submit, check_problem: CheckProblem
    ) -> None:
        check_problem(await submit(params={"wait": wait}), 422, "invalid-request")

    async def test_wait_that_runs_out_answers_202(self, submit: Submit) -> None:
        answer = await submit(params={"wait": "0.05"})
        assert (answer.status_code, answer.json()["status"]) == (202, "queued")

    @pytest.mark.parametrize("wait", ["61", "3600", "1e300"])
    async def test_a_wait_longer_than_allowed_ends_when_it_may_not_go_on(
        self, wait: str, submit: Submit, settings: Settings
    ) -> None:
        use_settings(settings.model_copy(update={"max_wait_seconds": 0.05}))
        answer = await submit(params={"wait": wait})
        assert (answer.status_code, answer.json()["status"]) == (202, "queued")

    async def test_one_may_only_queue_so_many(
        self, submit: Submit, settings: Settings, check_problem: CheckProblem, count: Count
    ) -> None:
        use_settings(settings.model_copy(update={"max_queued_per_person": 3}))
        answers = await asyncio.gather(*(submit(f"x = {number}") for number in range(6)))
        assert sorted(answer.status_code for answer in answers) == [202, 202, 202, 429, 429, 429]
        refused = next(answer for answer in answers if answer.status_code == 429)
        check_problem(refused, 429, "too-many-queued")
        assert int(refused.headers["retry-after"]) > 0
        assert (count("submissions"), count("procrastinate_jobs")) == (3, 3)


class TestIdempotency:
    """POST /submissions with an Idempotency-Key."""

    async def test_same_key_same_body_is_one_submission(self, submit: Submit, count: Count) -> None:
        headers = {"Idempotency-Key": "a-key"}
        answers = await asyncio.gather(*(submit(headers=headers) for _ in range(5)))
        assert {answer.status_code for answer in answers} == {202}
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert (count("submissions"), count("procrastinate_jobs")) == (1, 1)

    async def test_same_key_other_body_is_refused(
        self, submit: Submit, check_problem: CheckProblem, count: Count
    ) -> None:
        headers = {"Idempotency-Key": "a-key"}
        await submit("x = 1", headers=headers)
        answer = await submit("x = 2", headers=headers)
        check_problem(answer, 409, "idempotency-key-reused")
        assert count("submissions") == 1

    async def test_a_key_is_a_persons_own(
        self, submit: Submit, client: httpx.AsyncClient, ben: Any, count: Count
    ) -> None:
        await submit(headers={"Idempotency-Key": "a-key"})
        await client.post(
            PATH,
            json={"problem": PROBLEM, "source": "other"},
            headers={"Idempotency-Key": "a-key", **ben.headers},
        )
        assert count("submissions") == 2

    @pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
    async def test_refuses_what_is_no_key(
        self,
        key: str,
        submit: Submit,
        check_problem: CheckProblem,
        nothing_stored: Callable[[], None],
    ) -> None:
        check_problem(await submit(headers={"Idempotency-Key": key}), 422, "invalid-request")
        nothing_stored()


class TestGet:
    """GET /submissions/{id}."""

    async def test_practice_is_the_owners_and_an_admins(
        self,
        submit: Submit,
        client: httpx.AsyncClient,
        ben: Any,
        teacher: Any,
        admin: Any,
        check_problem: CheckProblem,
    ) -> None:
        place = (await submit("mine = 1")).headers["location"]
        check_problem(await client.get(place), 401, "not-signed-in")
        for other in (ben, teacher):
            check_problem(await client.get(place, headers=other.headers), 404, "not-found")
        found = (await client.get(place, headers=admin.headers)).json()
        assert (found["source"], found["student"], found["assignment"]) == ("mine = 1", "ann", None)

    async def test_unknown_and_malformed(
        self, client: httpx.AsyncClient, ann: Any, check_problem: CheckProblem
    ) -> None:
        answer = await client.get(f"{PATH}/{uuid.uuid4()}", headers=ann.headers)
        check_problem(answer, 404, "not-found")
        answer = await client.get(f"{PATH}/17", headers=ann.headers)
        check_problem(answer, 422, "invalid-request")

    async def test_shows_cases_as_they_finish(
        self, submit: Submit, client: httpx.AsyncClient, ann: Any, database: Database
    ) -> None:
        answer = await submit()
        claimed = await claim(database)
        await add_case(database, claimed, 0, stdout="inputs")
        document = (await client.get(answer.headers["location"], headers=ann.headers)).json()
        assert document["status"] == "running"
        assert [case["index"] for case in document["cases"]] == [0]
        assert document["cases"][0]["stdout"] == ""

    async def test_cases_of_a_run_that_was_cut_short_are_gone(
        self, submit: Submit, client: httpx.AsyncClient, ann: Any, database: Database
    ) -> None:
        answer = await submit()
        await add_case(database, await claim(database), 0)
        await claim(database)
        document = (await client.get(answer.headers["location"], headers=ann.headers)).json()
        assert document["cases"] == []


class TestList:
    """GET /submissions."""

    async def test_pages_through_ones_own(
        self, submit: Submit, client: httpx.AsyncClient, ann: Any, ben: Any
    ) -> None:
        made = [(await submit(f"x = {number}")).json()["id"] for number in range(5)]
        seen, after, pages = [], None, 0
        while pages < 5:
            params = {"limit": 2} | ({"after": after} if after else {})
            page = (await client.get(PATH, params=params, headers=ann.headers)).json()
            seen += [item["id"] for item in page["items"]]
            pages, after = pages + 1, page["next"]
            if after is None:
                break
        assert (seen, pages) == (made[::-1], 3)
        assert (await client.get(PATH, headers=ben.headers)).json() == {"items": [], "next": None}

    async def test_by_problem(
        self, submit: Submit, client: httpx.AsyncClient, ann: Any, check_problem: CheckProblem
    ) -> None:
        await submit()
        answer = await client.get(PATH, params={"problem": PROBLEM}, headers=ann.headers)
        assert len(answer.json()["items"]) == 1
        answer = await client.get(PATH, params={"problem": "nope\0"}, headers=ann.headers)
        check_problem(answer, 404, "unknown-problem")

    @pytest.mark.parametrize("after", ["x", "!!!", "AAAA", "MjAyNiB4"])
    async def test_refuses_a_place_that_it_did_not_give(
        self, after: str, client: httpx.AsyncClient, ann: Any, check_problem: CheckProblem
    ) -> None:
        answer = await client.get(PATH, params={"after": after}, headers=ann.headers)
        check_problem(answer, 422, "invalid-request")


class TestEvents:
    """GET /submissions/{id}/events."""

    async def test_tells_all_and_can_be_taken_up_again(
        self,
        submit: Submit,
        client: httpx.AsyncClient,
        ann: Any,
        database: Database,
        package: Package,
    ) -> None:
        place = (await submit()).headers["location"]
        claimed = await claim(database)
        following = asyncio.create_task(client.get(f"{place}/events", headers=ann.headers))
        for index in range(3):
            await add_case(database, claimed, index)
        await finish(database, claimed, package)
        told = parse((await following).text)
        assert [kind for kind, _, _ in told] == [
            "status", "case", "case", "case", "report", "done",
        ]  # fmt: skip
        assert [number for _, number, _ in told] == ["1", "2", "3", "4", "5", "5"]
        assert told[4][2]["verdict"] == "IE"
        resumed = await client.get(f"{place}/events", headers={**ann.headers, "Last-Event-ID": "3"})
        assert parse(resumed.text) == told[3:]

    async def test_hides_from_a_learner_what_the_group_hides(
        self,
        submit: Submit,
        client: httpx.AsyncClient,
        ann: Any,
        admin: Any,
        database: Database,
        package: Package,
    ) -> None:
        place = (await submit()).headers["location"]
        claimed = await claim(database)
        await add_case(database, claimed, 0, stdout="what it printed")
        await finish(database, claimed, package)
        assert (
            "what it printed" not in (await client.get(f"{place}/events", headers=ann.headers)).text
        )
        assert (
            "what it printed" in (await client.get(f"{place}/events", headers=admin.headers)).text
        )

    async def test_refuses_before_it_streams(
        self, submit: Submit, client: httpx.AsyncClient, ben: Any, check_problem: CheckProblem
    ) -> None:
        place = (await submit()).headers["location"]
        check_problem(await client.get(f"{place}/events"), 401, "not-signed-in")
        check_problem(await client.get(f"{place}/events", headers=ben.headers), 404, "not-found")

    @pytest.mark.parametrize(
        "gone",
        [
            update(Person).where(Person.role == "admin").values(role="learner"),
            delete(Person).where(Person.role == "admin"),
            delete(Person).where(Person.role == "learner"),
        ],
        ids=["no admin any more", "no account any more", "no submission any more"],
    )
    async def test_ends_for_who_may_read_it_no_more(
        self, gone: Any, submit: Submit, app: FastAPI, admin: Any, database: Database
    ) -> None:
        submission_id = uuid.UUID((await submit()).json()["id"])
        claimed = await claim(database)
        notifications = app.state.notifications
        stream = events.stream(database, notifications, admin.person, submission_id, 0)
        assert [(await anext(stream)).event for _ in range(2)] == [None, "status"]
        rest = asyncio.ensure_future(anext(stream, None))
        async with database.session() as session:
            await repository.add_events(session, claimed, [(EventKind.CASE, {})])
            await session.execute(gone)
        async with asyncio.timeout(4):
            assert await rest is None

    async def test_a_wait_ends_with_the_report(
        self,
        submit: Submit,
        client: httpx.AsyncClient,
        ann: Any,
        database: Database,
        package: Package,
    ) -> None:
        place = (await submit()).headers["location"]
        waiting = asyncio.create_task(
            client.get(place, params={"wait": 60}, headers=ann.headers, timeout=60)
        )
        await finish(database, await claim(database), package)
        async with asyncio.timeout(4):  # Less than the look that would find it by itself.
            document = (await waiting).json()
        assert (document["status"], document["report"]["verdict"]) == ("done", "IE")

    async def test_waiting_holds_no_connection(
        self, submit: Submit, client: httpx.AsyncClient, ann: Any, database: Database
    ) -> None:
        place = (await submit()).headers["location"]
        waiting = [
            asyncio.create_task(
                client.get(place, params={"wait": 1.5}, headers=ann.headers, timeout=30)
            )
            for _ in range(40)
        ]
        async with asyncio.timeout(10):
            answers = await asyncio.gather(*waiting)
        assert {answer.status_code for answer in answers} == {200}
        assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


async def claim(database: Database) -> Claim:
    """Take the one attempt on, as a worker does."""
    async with database.session() as session:
        attempt_id = (await session.execute(select(Attempt.id))).scalar_one()
        claimed = await repository.claim(session, attempt_id)
    assert claimed is not None
    return claimed


async def add_case(database: Database, claimed: Claim, index: int, **fields: Any) -> bool:
    """Store a case, as a worker does."""
    case = CaseResult(
        index=index,
        group="depth",
        visibility=Visibility.DIFF,
        inputs={},
        verdict=Verdict.AC,
        **fields,
    )
    async with database.session() as session:
        return await repository.add_events(session, claimed, [(EventKind.CASE, storable(case))])


async def finish(database: Database, claimed: Claim, package: Package) -> bool:
    """Store a report, as a worker does."""
    report = judge_error_report(package, "This is a test.")
    async with database.session() as session:
        return await repository.finish(session, claimed, storable(report))


def parse(text: str) -> list[tuple[str, str, Any]]:
    """The events of a stream: kind, id, data."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(
            line.split(": ", 1) for line in block.splitlines() if not line.startswith(":")
        )
        if "event" in fields:
            found.append((fields["event"], fields["id"], json.loads(fields["data"])))
    return found
