"""The API keeps to its own description, for everybody: schemathesis asks for what there is in two
courses, each role in turn. No answer is an error of the server's, none is undescribed, none holds
what its reader may not see. Each request is undone, so that all meet the same courses."""

from __future__ import annotations

import asyncio
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
import schemathesis
from sqlalchemy import URL, make_url, update

from app.accounts.tokens import token_hash
from app.db.base import now
from app.db.engine import Database
from app.main import create_app
from app.models import WorkerHeartbeat
from app.settings import Settings, SignUp
from app.worker import heartbeat
from judge.package import Package
from tests.app.authorisation.people import HERE, THERE, School
from tests.app.authorisation.school import build
from tests.app.authorisation.undone import UndoingRequests, Undone
from tests.app.postgres import empty
from tests.app.serving import serving

LONG = timedelta(hours=1)
# What no schema says: that a date comes before another, or that an id is one of this course's.
_REFUSED = ["401", "403", "404", "409", "410", "413", "422", "429", "503"]


def _config(examples: int, *, coverage: bool) -> schemathesis.Config:
    """How requests are made up; with ``coverage`` each boundary of each value is tried."""
    return schemathesis.Config.from_dict(
        {
            "seed": 20260101,
            "suppress-health-check": ["all"],
            "generation": {
                "max-examples": examples,
                "deterministic": True,
                "no-shrink": True,
                # HTTP ignores headers that it does not know.
                "allow-extra-parameters": False,
            },
            "phases": {"coverage": {"enabled": coverage}},
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", *_REFUSED]}
            },
        }
    )


# Of whose things one is asked for, and how often.
_TARGETS = ((HERE, "first"), (HERE, "first"), (HERE, "second"), (THERE, "third"))


@dataclass(frozen=True)
class Api:
    """The service and who is on it."""

    url: str
    school: School


def _description() -> dict[str, Any]:
    """The API's description. It takes no database to say it, and here is none yet."""
    nowhere = make_url("postgresql+psycopg://nobody@/nowhere")
    return create_app(Settings(_env_file=None), nowhere).openapi()


DESCRIPTION = _description()


@pytest.fixture(scope="module")
def api(migrated_url: URL, settings: Settings, package: Package) -> Iterator[Api]:
    """The service with two courses, and everybody in them."""
    empty(migrated_url)
    # Nobody judges here, so nobody waits.
    settings = settings.model_copy(update={"max_wait_seconds": 0.01, "sign_up": SignUp.INVITATION})
    school = asyncio.run(_settle(migrated_url, settings, package))
    app = create_app(settings, migrated_url)
    # Streams end instead of waiting for what comes next.
    app.state.notifications.let_go()
    app.state.database = Undone(migrated_url)
    app.add_middleware(UndoingRequests, database=app.state.database)
    with serving(app, settings) as address:
        yield Api(address, school)


@schemathesis.openapi.from_dict(DESCRIPTION, config=_config(4, coverage=True)).parametrize()
@pytest.mark.parametrize("asker", ["admin"])
def test_keeps_to_its_description(case: schemathesis.Case, asker: str, api: Api) -> None:
    _check(case, asker, api)


@schemathesis.openapi.from_dict(DESCRIPTION, config=_config(2, coverage=False)).parametrize()
@pytest.mark.parametrize("asker", ["first", "other_owner"])
def test_keeps_to_it_for_what_there_is(case: schemathesis.Case, asker: str, api: Api) -> None:
    _aim(case, api.school)
    _check(case, asker, api)


def _check(case: schemathesis.Case, asker: str, api: Api) -> None:
    token = api.school.askers[asker].token
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    text = case.call_and_validate(base_url=api.url, headers=headers, timeout=10).text
    for each in api.school.askers.values():
        if each.token:
            assert each.token not in text
            assert token_hash(each.token).hex() not in text
    for marker, readers in api.school.readers.items():
        assert asker in readers or marker not in text


def test_what_is_searched_for_is_there(api: Api) -> None:
    things = api.school.things[HERE, "first"]
    place = f"{api.url}/api/v1/submissions/{things['submission_id']}"
    headers = {"Authorization": f"Bearer {api.school.askers['first'].token}"}
    assert "mark-here-first-report" in httpx.get(place, headers=headers).text


def _aim(case: schemathesis.Case, school: School) -> None:
    """Let most well-formed ids and slugs in paths, queries and bodies be of what there is."""
    roll = zlib.crc32(repr((case.path_parameters, case.query)).encode("utf-8", "surrogatepass"))
    if not roll % 7:
        return
    things = {**school.things[_TARGETS[roll % len(_TARGETS)]]}
    if "/api/v1/invitations" in case.path:
        things["invitation_id"] = things["service_invitation_id"]
    for place in (case.path_parameters, case.query, case.body):
        if isinstance(place, dict):
            _aim_at(place, things)


def _aim_at(place: dict[str, Any], things: dict[str, str]) -> None:
    for name, value in place.items():
        known = _KNOWN.get(name, name)
        if known in things and (_is_id(value) or (known == "slug" and isinstance(value, str))):
            place[name] = things[known]
        elif isinstance(value, list) and name == "person_ids":
            place[name] = [things["person_id"] if _is_id(each) else each for each in value]
        elif isinstance(value, dict):
            _aim_at(value, things)


# What names in queries and bodies stand for, where they are not those in paths.
_KNOWN = {
    "assignment": "assignment_id",
    "assignment_problem": "problem_id",
    "student": "student_id",
    "person": "person_id",
    "section": "section_id",
    "problem": "slug",
}


def _is_id(value: object) -> bool:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True


async def _settle(url: URL, settings: Settings, package: Package) -> School:
    # The packages are stored where the application starts.
    app = create_app(settings, url)
    async with app.router.lifespan_context(app):
        database: Database = app.state.database
        async with database.session() as session:
            await heartbeat.beat(session, uuid.uuid4(), {"jail": "bubblewrap"})
            await session.execute(update(WorkerHeartbeat).values(heartbeat_at=now() + LONG))
        return await build(database, package)
