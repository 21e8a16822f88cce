"""What a group hides leaves the service on no road to a learner; an admin sees it."""

from __future__ import annotations

import json
import uuid

import httpx
import pytest

from app.db.engine import Database
from app.models import Attempt, AttemptEvent, AttemptStatus, EventKind, Submission
from app.submissions.documents import storable
from judge.report import CaseResult, Diagnosis, Finding, GroupResult
from judge.verdict import Reason, Verdict, Visibility
from tests.app.conftest import PROBLEM, Learner
from tests.reports import made_report

HIDDEN = "sentinel-of-a-hidden-case"
SEED = 1234567

CASE = CaseResult(
    index=0,
    group="secret",
    visibility=Visibility.VERDICT,
    inputs={"seed": HIDDEN},
    verdict=Verdict.WA,
    reason=Reason.NON_FINITE,
    wall_ms=1.0,
    findings=(Finding(kind="values", message=HIDDEN, evidence={"at": HIDDEN}),),
    stdout=HIDDEN,
    stderr=HIDDEN,
    traceback=HIDDEN,
)
REPORT = made_report(
    problem=PROBLEM,
    plan_seed=SEED,
    verdict=Verdict.WA,
    reason=Reason.NON_FINITE,
    score=0.0,
    diagnosis=Diagnosis(pitfall="off-by-one", message=HIDDEN, case=0),
    groups=(
        GroupResult(
            name="secret",
            points=1,
            earned=0,
            verdict=Verdict.WA,
            visibility=Visibility.VERDICT,
        ),
    ),
    cases=(CASE,),
)

ROADS = (
    "/api/v1/submissions/{id}",
    "/api/v1/submissions/{id}?wait=1",
    "/api/v1/submissions/{id}/events",
    "/api/v1/submissions",
    "/submissions/{id}",
    "/submissions/{id}/result",
    f"/problems/{PROBLEM}/submissions",
    f"/problems/{PROBLEM}",
)


@pytest.fixture
async def stored(database: Database, ann: Learner) -> uuid.UUID:
    """A submission of Ann's whose only case is hidden, judged."""
    submission = Submission(
        id=uuid.uuid4(), person_id=ann.person.id, problem_slug=PROBLEM, source=b"x = 1"
    )
    async with database.session() as session:
        session.add(submission)
        await session.flush()
        attempt = Attempt(
            id=uuid.uuid4(),
            submission_id=submission.id,
            number=1,
            status=AttemptStatus.DONE.value,
            lease=1,
            last_seq=2,
            plan_seed=SEED,
            verdict="WA",
            reason="non_finite",
            score=0.0,
            report=storable(REPORT),
        )
        session.add(attempt)
        await session.flush()
        for seq, kind, payload in (
            (1, EventKind.CASE, storable(CASE)),
            (2, EventKind.REPORT, {}),
        ):
            session.add(
                AttemptEvent(
                    attempt_id=attempt.id, seq=seq, lease=1, kind=kind.value, payload=payload
                )
            )
    return submission.id


@pytest.mark.parametrize("road", ROADS)
async def test_a_learner_never_gets_it(
    road: str, client: httpx.AsyncClient, ann: Learner, stored: uuid.UUID
) -> None:
    answer = await client.get(road.format(id=stored), headers=ann.headers)
    assert answer.status_code == 200
    for secret in (HIDDEN, str(SEED), "non_finite"):
        assert secret not in answer.text


async def test_a_learner_gets_the_pitfalls_own_words(
    client: httpx.AsyncClient, ann: Learner, stored: uuid.UUID
) -> None:
    answer = await client.get(f"/api/v1/submissions/{stored}", headers=ann.headers)
    diagnosis = answer.json()["report"]["diagnosis"]
    assert (diagnosis["pitfall"], diagnosis["case"]) == ("off-by-one", None)
    assert "the layer before the last one is zero" in diagnosis["message"]


async def test_an_admin_gets_it(
    client: httpx.AsyncClient, admin: Learner, stored: uuid.UUID
) -> None:
    answer = await client.get(f"/api/v1/submissions/{stored}", headers=admin.headers)
    assert HIDDEN in json.dumps(answer.json()["report"])
