"""The API keeps to its own description, for everybody: schemathesis asks, each role in turn. No
answer is an error of the server's, none is undescribed, none holds what is another person's."""

from __future__ import annotations

import asyncio
import math
import uuid
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
import schemathesis
from sqlalchemy import URL, make_url, update

from app.accounts import service as accounts
from app.accounts.tokens import token_hash
from app.db.base import now
from app.db.engine import Database
from app.main import create_app
from app.models import Attempt, AttemptStatus, Role, Submission, WorkerHeartbeat
from app.settings import Settings, SignUp
from app.submissions.documents import storable
from app.worker import heartbeat
from judge.report import (
    ArraySpec,
    CaseResult,
    Diagnosis,
    Diff,
    Finding,
    GroupResult,
    Mismatch,
    Report,
)
from judge.verdict import Reason, Verdict, Visibility
from tests.app.conftest import PROBLEM, empty
from tests.app.serving import serving
from tests.reports import made_report

STRANGER = "stranger"
LONG = timedelta(hours=1)
CONFIG = schemathesis.Config.from_dict(
    {
        "seed": 20260101,
        "suppress-health-check": ["all"],
        "generation": {
            "max-examples": 8,
            "deterministic": True,
            "no-shrink": True,
            # HTTP ignores headers that it does not know.
            "allow-extra-parameters": False,
        },
    }
)


@dataclass(frozen=True)
class Someone:
    """A person with a token and a judged submission. What is theirs holds ``marker``."""

    role: Role
    marker: str
    token: str
    submission: str

    @property
    def headers(self) -> dict[str, str]:
        """What a request in this person's name carries."""
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True)
class Api:
    """The service and who is on it."""

    url: str
    people: dict[str, Someone]


def _description() -> dict[str, Any]:
    """The API's description. It takes no database to say it, and here is none yet."""
    nowhere = make_url("postgresql+psycopg://nobody@/nowhere")
    return create_app(Settings(_env_file=None), nowhere).openapi()


@pytest.fixture(scope="module")
def api(migrated_url: URL, settings: Settings) -> Iterator[Api]:
    """The service with two learners, an instructor and an admin, each with a submission."""
    empty(migrated_url)
    # Nobody judges here, so nobody waits; and nobody is told to come back later.
    settings = settings.model_copy(
        update={
            "max_wait_seconds": 0.01,
            "max_queued_per_person": 9999,
            "sign_up": SignUp.INVITATION,
        }
    )
    app = create_app(settings, migrated_url)
    with serving(app, settings) as address:
        yield Api(address, asyncio.run(_settle(migrated_url)))


@schemathesis.openapi.from_dict(_description(), config=CONFIG).parametrize()
@pytest.mark.parametrize("role", [STRANGER, *(role.value for role in Role)])
def test_keeps_to_its_description(case: schemathesis.Case, role: str, api: Api) -> None:
    me = api.people.get(role)
    _aim(case, list(api.people.values()))
    response = case.call_and_validate(
        base_url=api.url, headers=me.headers if me else {}, timeout=10
    )
    # What staff may see of learners is everything but what speaks for them.
    reads_all = me is not None and me.role is not Role.LEARNER
    text = response.text
    for other in api.people.values():
        assert other.token not in text
        assert token_hash(other.token).hex() not in text
        if other is not me and not reads_all:
            assert other.marker not in text


def test_what_is_searched_for_is_there(api: Api) -> None:
    for one in api.people.values():
        place = f"{api.url}/api/v1/submissions/{one.submission}"
        assert one.marker in httpx.get(place, headers=one.headers).text


def _aim(case: schemathesis.Case, people: Sequence[Someone]) -> None:
    """Let most requests for a well-formed id or slug be for one that exists, anybody's."""
    place = case.path_parameters
    roll = zlib.crc32(repr(sorted(place.items())).encode("utf-8", "surrogatepass"))
    if len(str(place.get("submission_id", ""))) == 36 and roll % 5:
        place["submission_id"] = people[roll % len(people)].submission
    if "slug" in place and roll % 3:
        place["slug"] = PROBLEM


async def _settle(url: URL) -> dict[str, Someone]:
    database = Database(url, pool_size=1)
    try:
        people = {role.value: await _someone(database, role) for role in Role}
        people["other"] = await _someone(database, Role.LEARNER, "other")
        async with database.session() as session:
            await heartbeat.beat(session, uuid.uuid4(), {"jail": "bubblewrap"})
            await session.execute(update(WorkerHeartbeat).values(heartbeat_at=now() + LONG))
        return people
    finally:
        await database.close()


async def _someone(database: Database, role: Role, name: str | None = None) -> Someone:
    marker = f"marker-of-{name or role.value}"
    async with database.session() as session:
        person = await accounts.ensure_person(session, marker, role)
        token = await accounts.create_api_token(session, person, marker)
        submission = Submission(
            person_id=person.id, problem_slug=PROBLEM, source=f"# {marker}\n".encode()
        )
        session.add(submission)
        await session.flush()
        session.add(
            Attempt(
                submission_id=submission.id,
                number=1,
                status=AttemptStatus.DONE.value,
                lease=1,
                last_seq=0,
                verdict=Verdict.WA.value,
                reason=Reason.VALUES.value,
                score=0.5,
                report=storable(_report(marker)),
            )
        )
    return Someone(role, marker, token, str(submission.id))


def _report(marker: str) -> Report:
    """A report with every part that it can have, numbers that are none included."""
    case = CaseResult(
        index=0,
        group="base",
        visibility=Visibility.FULL,
        inputs={"seed": 3, "x": {"shape": [2, 3], "dtype": "float32"}},
        verdict=Verdict.WA,
        reason=Reason.VALUES,
        wall_ms=1.5,
        findings=(Finding(kind="values", message=marker, evidence={"at": marker}),),
        diffs=(
            Diff(
                path=marker,
                expected=ArraySpec(shape=(2, 3), dtype="float32"),
                got=ArraySpec(shape=(2, 3), dtype="float32"),
                total=6,
                mismatched=1,
                max_abs=Mismatch(index=(0, 1), expected=1.0, got=math.nan, error=math.inf),
                margin=math.inf,
            ),
        ),
        stdout=marker,
        stderr=marker,
        traceback=marker,
    )
    return made_report(
        problem=PROBLEM,
        verdict=Verdict.WA,
        reason=Reason.VALUES,
        score=0.5,
        diagnosis=Diagnosis(pitfall=None, message=marker, case=0),
        groups=(
            GroupResult(
                name="base",
                points=1,
                earned=0.5,
                verdict=Verdict.WA,
                visibility=Visibility.FULL,
            ),
        ),
        cases=(case,),
    )
