"""The service under test: on a real PostgreSQL, one a test process, emptied for each test."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import URL
from starlette.routing import BaseRoute

from app.accounts import passwords
from app.accounts import service as accounts
from app.assignments import snapshots
from app.db.embedded import embedded_url
from app.db.engine import Database
from app.db.folder import open_data_folder
from app.db.migrate import migrate
from app.main import create_app
from app.models import Person, Role
from app.settings import Settings
from app.worker.judges import Judges
from app.worker.judging import Judging
from judge import package as packages
from judge.judge import Judge
from judge.package import Package
from tests.app.postgres import count_rows, empty, leave, quick_server

# With all local variables, as structlog writes them unless told otherwise, an error takes seconds.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)

PROBLEM = "zero-last-layer"
PROBLEMS = Path(__file__).resolve().parents[2] / "problems"
REAL_HASHES = passwords._hashes


@dataclass(frozen=True)
class Learner:
    """A person and a token that speaks for them."""

    person: Person
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """What a request in this person's name carries."""
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A folder that the database's user can reach; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="jurax-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def read_once() -> Iterator[None]:
    """The repository's own packages stay as they are while tests run: each is read and packed only
    once, by whatever many applications. Others are read whenever they are asked for."""
    load, pack = cache(packages.load), cache(snapshots.pack)

    def loaded(folder: Path) -> Package:
        return (load if folder.parent == PROBLEMS else load.__wrapped__)(folder)

    def packed(folder: Path, sha256: str) -> bytes:
        return (pack if folder.parent == PROBLEMS else pack.__wrapped__)(folder, sha256)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packages, "load", loaded)
        patch.setattr(snapshots, "pack", packed)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Passwords are kept as Argon2 keeps them at its least cost. The tests of passwords themselves
    have the real one."""
    with hashing_by(PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))):
        yield


@contextmanager
def hashing_by(hashes: PasswordHash) -> Iterator[None]:
    """Have passwords hashed by these."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hashes", hashes)
        passwords._decoy.cache_clear()
        yield
    passwords._decoy.cache_clear()


@pytest.fixture(scope="session")
def migrated_url(open_folder: Path) -> Iterator[URL]:
    """A database with all tables."""
    folder = open_data_folder(open_folder / "shared")
    server = quick_server(folder)
    server.start()
    url = embedded_url(folder)
    migrate(url)
    yield url
    server.stop()


@pytest.fixture
def url(migrated_url: URL) -> URL:
    """The database, empty."""
    empty(migrated_url)
    return migrated_url


@pytest.fixture(scope="session")
def settings(open_folder: Path) -> Settings:
    """Settings that do not depend on where the tests run."""
    return Settings(
        _env_file=None, data_dir=open_folder / "shared", database_url=None, public_url=None
    )


@pytest.fixture(scope="session")
def routes(settings: Settings, migrated_url: URL) -> list[BaseRoute]:
    """The application's routes. FastAPI works out what an endpoint takes when a request first looks
    for it, and keeps that here."""
    return create_app(settings, migrated_url).router.routes


class KeptDatabase(Database):
    """A database whose connections, and what SQLAlchemy has learned of the queries, outlast an
    application."""

    async def close(self) -> None:
        """Make sure that everything was given back."""
        assert self.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
async def kept_database(migrated_url: URL) -> AsyncIterator[KeptDatabase]:
    """The connections of all the applications of this test process, which run one at a time."""
    made = KeptDatabase(migrated_url)
    yield made
    await made.engine.dispose()


@pytest.fixture
async def alone(url: URL, kept_database: KeptDatabase) -> URL:
    """The database, with nobody connected to it."""
    await kept_database.engine.dispose()
    leave(url)
    return url


@pytest.fixture
async def app(
    settings: Settings, url: URL, routes: list[BaseRoute], kept_database: KeptDatabase
) -> AsyncIterator[FastAPI]:
    """The application, started."""
    made = create_app(settings, url)
    made.router.routes = routes
    made.state.database = kept_database
    async with made.router.lifespan_context(made):
        running = asyncio.all_tasks()
        yield made
        await _end(asyncio.all_tasks() - running)


async def _end(tasks: set[asyncio.Task[Any]]) -> None:
    """End what a test has left running, as the end of an event loop of its own would."""
    tasks.discard(asyncio.current_task())
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def database(app: FastAPI) -> Database:
    """The application's database."""
    found = app.state.database
    assert isinstance(found, Database)
    return found


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A stranger's client."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as made:
        yield made


async def _learner(database: Database, name: str, role: Role = Role.LEARNER) -> Learner:
    async with database.session() as session:
        person = await accounts.ensure_person(session, name, role)
        return Learner(person, await accounts.create_api_token(session, person, "test"))


@pytest.fixture
async def ann(database: Database) -> Learner:
    """A learner."""
    return await _learner(database, "ann")


@pytest.fixture
async def ben(database: Database) -> Learner:
    """Another learner."""
    return await _learner(database, "ben")


@pytest.fixture
async def teacher(database: Database) -> Learner:
    """An instructor."""
    return await _learner(database, "teacher", Role.INSTRUCTOR)


@pytest.fixture
async def admin(database: Database) -> Learner:
    """An admin of the service."""
    return await _learner(database, "admin", Role.ADMIN)


def only(judge: Judge) -> Judges:
    """The judges of a worker that has this one alone."""

    def make(root: Path) -> Judge:
        raise AssertionError(f"nothing is to be judged by the runtime in {root}")

    return Judges(judge, make)


@pytest.fixture
def judging(database: Database, judge: Judge) -> Iterator[Judging]:
    """What a worker judges with."""
    with ThreadPoolExecutor(1) as threads:
        yield Judging(database, only(judge), threads)


@pytest.fixture
def count(url: URL) -> Callable[[str], int]:
    """How many rows a table holds."""

    return partial(count_rows, url)


@pytest.fixture
def nothing_stored(count: Callable[[str], int]) -> Callable[[], None]:
    """Asserts that no submission, attempt or job is there."""

    def check() -> None:
        assert {
            table: count(table) for table in ("submissions", "attempts", "procrastinate_jobs")
        } == {"submissions": 0, "attempts": 0, "procrastinate_jobs": 0}

    return check


@pytest.fixture
def known(package: Package) -> Callable[[str], str]:
    """The source of a known submission by its path, as in ``wrong_answer/dense_0.py``."""
    return {submission.path: submission.source for submission in package.submissions}.__getitem__


@pytest.fixture
def submit(client: httpx.AsyncClient, ann: Learner) -> Callable[..., Awaitable[httpx.Response]]:
    """Posts a submission of ann's."""

    async def post(source: str = "x = 1\n", **options: Any) -> httpx.Response:
        headers = {
            "Content-Type": "application/json",
            **ann.headers,
            **options.pop("headers", {}),
        }
        # ASCII, so that any text can be sent.
        content = json.dumps({"problem": PROBLEM, "source": source})
        return await client.post("/api/v1/submissions", content=content, headers=headers, **options)

    return post


@pytest.fixture
def check_problem() -> Callable[[httpx.Response, int, str], dict[str, Any]]:
    """Asserts that an answer is a problem document of a kind; the document."""

    def check(response: httpx.Response, status: int, kind: str) -> dict[str, Any]:
        assert (response.status_code, response.headers["content-type"]) == (
            status,
            "application/problem+json",
        ), response.text
        document: dict[str, Any] = response.json()
        assert document["status"] == status
        assert document["type"] == f"/docs#error-{kind}"
        assert document["title"]
        assert document["detail"].endswith(".")
        return document

    return check
