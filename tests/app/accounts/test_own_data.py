"""A person's own data: handed out whole, and deleted when they ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from app.accounts import service
from app.accounts.export_schemas import Export
from app.accounts.password_sign_in import change_password
from app.db.base import now
from app.db.engine import Database
from app.models import Attempt, AttemptStatus, GrantRow, Person, Role, SignInSession, Submission
from app.submissions.documents import storable
from app.worker import repository as worker
from judge.report import CaseResult, Report
from judge.verdict import Reason, Verdict, Visibility
from tests.app.accounts.conftest import GOOD
from tests.app.conftest import PROBLEM
from tests.app.coursework import enrol, grant, make_course
from tests.reports import made_report

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
HIDDEN = "what-a-hidden-case-printed"


def report() -> Report:
    """A report with a case that learners see nothing of."""
    case = CaseResult(
        index=0,
        group="base",
        visibility=Visibility.VERDICT,
        inputs={},
        verdict=Verdict.WA,
        reason=Reason.VALUES,
        wall_ms=1.0,
        stdout=HIDDEN,
    )
    return made_report(
        problem=PROBLEM,
        verdict=Verdict.WA,
        reason=Reason.VALUES,
        score=0.5,
        cases=(case,),
    )


async def submitted(database: Database, person: Person, count: int) -> None:
    """Submissions of a person: the first judged twice, the others waiting."""
    async with database.session() as session:
        for number in range(count):
            source = f"# program {number} of {person.name} \ud800\0".encode(
                "utf-8", "surrogatepass"
            )
            submission = Submission(person_id=person.id, problem_slug=PROBLEM, source=source)
            session.add(submission)
            await session.flush()
            for attempt in range(2 if number == 0 else 1):
                done = number == 0
                session.add(
                    Attempt(
                        submission_id=submission.id,
                        number=attempt + 1,
                        status=(AttemptStatus.DONE if done else AttemptStatus.QUEUED).value,
                        verdict=Verdict.WA.value if done else None,
                        score=0.5 if done else None,
                        report=storable(report()) if done else None,
                    )
                )


async def sign_in(client: httpx.AsyncClient, database: Database, person: Person) -> None:
    """Sign a browser in by a link."""
    async with database.session() as session:
        token = await service.create_sign_in_token(session, person, 1)
    assert (await client.get(f"/signin?token={token}")).status_code == 303


class TestExport:
    """GET /api/v1/me/export."""

    @pytest.mark.parametrize("count", [0, 41])
    async def test_holds_all_that_is_ones_own_and_nothing_else(
        self, count: int, client: httpx.AsyncClient, database: Database, ann: Any, ben: Any
    ) -> None:
        await submitted(database, ann.person, count)
        await submitted(database, ben.person, 1)
        await client.post(f"/api/v1/problems/{PROBLEM}/hints", headers=ann.headers)
        answer = await client.get("/api/v1/me/export", headers=ann.headers)
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith("attachment")
        document = Export.model_validate(answer.json())
        assert document.account.name == "ann"
        assert [hint.number for hint in document.hints] == [1]
        assert [token.name for token in document.tokens] == ["test"]
        numbers = {each.source.split()[2] for each in document.submissions}
        assert numbers == {str(number) for number in range(count)}
        assert len(document.submissions) == count
        for secret in (ann.token, HIDDEN, "of ben"):
            assert secret not in answer.text
        if count:
            first = document.submissions[-1]
            assert [attempt.number for attempt in first.attempts] == [1, 2]
            place = f"/api/v1/submissions/{first.id}"
            shown = (await client.get(place, headers=ann.headers)).json()["report"]
            assert answer.json()["submissions"][-1]["attempts"][1]["report"] == shown


class TestDeletion:
    """POST /account/delete."""

    async def test_takes_all_with_it_and_leaves_an_id_in_the_log(
        self,
        client: httpx.AsyncClient,
        database: Database,
        ann: Any,
        ben: Any,
        count: Callable[[str], int],
    ) -> None:
        await submitted(database, ann.person, 3)
        await submitted(database, ben.person, 1)
        await client.post(f"/api/v1/problems/{PROBLEM}/hints", headers=ann.headers)
        await sign_in(client, database, ann.person)
        answer = await client.post("/account/delete", data={})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert "jurax_session" not in client.cookies
        assert (await client.get("/api/v1/me", headers=ann.headers)).status_code == 401
        left = {
            table: count(table)
            for table in ("people", "submissions", "attempts", "sessions", "hint_reveals")
        }
        assert left == {
            "people": 1,
            "submissions": 1,
            "attempts": 2,
            "sessions": 0,
            "hint_reveals": 0,
        }
        async with database.session() as session:
            root = await service.ensure_person(session, "root", service.Role.ADMIN)
            token = await service.create_api_token(session, root, "test")
        log = await client.get(
            "/api/v1/audit",
            params={"person": str(ann.person.id)},
            headers={"Authorization": f"Bearer {token}"},
        )
        newest = log.json()["items"][0]
        assert (newest["kind"], newest["name"]) == ("account_deleted", None)
        assert newest["person"] == str(ann.person.id)

    async def test_takes_the_extensions_that_are_nobody_elses(
        self, client: httpx.AsyncClient, database: Database, ann: Any, ben: Any
    ) -> None:
        async with database.session() as session:
            course = await make_course(session)
            anns, bens = [await enrol(session, course, each.person) for each in (ann, ben)]
            for reason, members in (("ann's illness", [anns]), ("a fire", [anns, bens])):
                await grant(session, course, members, reason=reason)
        await sign_in(client, database, ann.person)
        assert (await client.post("/account/delete", data={})).status_code == 303
        async with database.session() as session:
            left = (await session.execute(select(GrantRow.reason))).scalars().all()
        assert left == ["a fire"]

    async def test_of_what_is_being_judged_nothing_comes_back(
        self, client: httpx.AsyncClient, database: Database, ann: Any, count: Callable[[str], int]
    ) -> None:
        await submitted(database, ann.person, 2)
        async with database.session() as session:
            waiting = select(Attempt.id).where(Attempt.status == AttemptStatus.QUEUED.value)
            attempt_id = (await session.execute(waiting)).scalar_one()
            claimed = await worker.claim(session, attempt_id)
        assert claimed is not None
        await sign_in(client, database, ann.person)
        await client.post("/account/delete", data={})
        async with database.session() as session:
            assert not await worker.finish(session, claimed, storable(report()), [])
            assert await worker.claim(session, attempt_id) is None
        assert count("attempts") == 0

    async def test_asks_for_the_password(
        self,
        client: httpx.AsyncClient,
        database: Database,
        ann: Any,
        check_problem: CheckProblem,
        count: Callable[[str], int],
    ) -> None:
        await change_password(database, ann.person, "", GOOD, None)
        await sign_in(client, database, ann.person)
        for data in ({}, {"current": "another"}):
            check_problem(await client.post("/account/delete", data=data), 403, "forbidden")
        assert count("people") == 1
        assert (await client.post("/account/delete", data={"current": GOOD})).status_code == 303
        assert count("people") == 0

    async def test_leaves_one_admin(
        self,
        client: httpx.AsyncClient,
        database: Database,
        admin: Any,
        check_problem: CheckProblem,
        count: Callable[[str], int],
    ) -> None:
        await sign_in(client, database, admin.person)
        check_problem(await client.post("/account/delete", data={}), 409, "last-admin")
        async with database.session() as session:
            await service.ensure_person(session, "another", Role.ADMIN)
        assert (await client.post("/account/delete", data={})).status_code == 303
        assert count("people") == 1

    async def test_without_one_asks_for_a_fresh_sign_in(
        self,
        client: httpx.AsyncClient,
        database: Database,
        ann: Any,
        check_problem: CheckProblem,
        count: Callable[[str], int],
    ) -> None:
        await sign_in(client, database, ann.person)
        async with database.session() as session:
            before = now() - timedelta(hours=1)
            await session.execute(update(SignInSession).values(created_at=before))
        check_problem(await client.post("/account/delete", data={}), 403, "forbidden")
        assert count("people") == 1

    async def test_is_neither_a_programs_nor_another_sites(
        self,
        client: httpx.AsyncClient,
        database: Database,
        ann: Any,
        check_problem: CheckProblem,
        count: Callable[[str], int],
    ) -> None:
        answer = await client.post("/account/delete", data={}, headers=ann.headers)
        check_problem(answer, 403, "forbidden")
        await sign_in(client, database, ann.person)
        answer = await client.post("/account/delete", headers={"Sec-Fetch-Site": "cross-site"})
        check_problem(answer, 403, "cross-site-request")
        assert count("people") == 1
