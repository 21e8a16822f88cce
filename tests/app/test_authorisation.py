"""Nobody does or reads what is not theirs: every endpoint and page, asked by everybody who can
ask, about things of their own, of another student, and of another course. Each request is undone,
so that all of them meet the same courses."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import URL, text

from app.accounts.cookies import cookie_name
from app.db.engine import Database
from app.main import create_app
from app.roles import Scope
from app.settings import Settings, SignUp
from judge.package import Package
from tests.app.authorisation.api import API
from tests.app.authorisation.asking import Answer, Asking
from tests.app.authorisation.pages import PAGES
from tests.app.authorisation.people import School
from tests.app.authorisation.rows import ALLOWED, FORBIDDEN, Row
from tests.app.authorisation.school import build
from tests.app.authorisation.undone import Undone
from tests.app.postgres import empty

TABLE = [*API, *PAGES]


@dataclass
class Answers:
    """All that was asked and answered."""

    school: School
    routes: set[tuple[str, str]]
    answers: list[Answer]
    by_scope: list[tuple[Row, frozenset[Scope], bool]]
    rows_before: int
    rows_after: int


@pytest.fixture(scope="module")
def asked(migrated_url: URL, settings: Settings, package: Package) -> Iterator[Answers]:
    """Everything asked by everybody, once."""
    empty(migrated_url)
    yield asyncio.run(_ask_everything(migrated_url, settings, package))
    empty(migrated_url)


@pytest.mark.xdist_group("authorisation")
@pytest.mark.timeout(600)
class TestEverything:
    """One group, so that one process asks, and once."""

    def test_the_table_names_every_route(self, asked: Answers) -> None:
        named = {(row.method, row.path) for row in TABLE}
        assert asked.routes - named == set()
        assert named - asked.routes == set()

    def test_everybody_is_let_in_or_refused_as_the_table_says(self, asked: Answers) -> None:
        wrong = [
            f"{each}, not {_expected(each)}: {each.text[:300]}"
            for each in asked.answers
            if not _as_expected(each)
        ]
        assert not wrong, "\n".join(wrong)

    def test_nobody_reads_what_is_not_theirs(self, asked: Answers) -> None:
        leaks = [
            f"{answer}: {marker}"
            for answer in asked.answers
            for marker, readers in asked.school.readers.items()
            if answer.asker.name not in readers and marker in answer.text
        ]
        assert not leaks, "\n".join(leaks)

    def test_each_marker_is_read_by_somebody(self, asked: Answers) -> None:
        seen = {
            marker
            for answer in asked.answers
            for marker in asked.school.readers
            if marker in answer.text
        }
        apart = re.compile("-(second|third|other_owner|grader_there)-")
        known = {marker for marker in asked.school.readers if not apart.search(f"-{marker}")}
        assert known - seen == set()

    def test_a_token_opens_what_its_one_scope_is_for(self, asked: Answers) -> None:
        wrong = [
            f"{row.method} {row.path} by {sorted(scopes)}: {'refused' if refused else 'taken'}"
            for row, scopes, refused in asked.by_scope
            if refused is not (not row.scopes <= scopes)
        ]
        assert not wrong, "\n".join(wrong)

    def test_nothing_that_was_done_lasts(self, asked: Answers) -> None:
        assert asked.rows_before == asked.rows_after > 0
        assert len(asked.answers) > 2000


def _as_expected(answer: Answer) -> bool:
    expected = answer.row.rule(answer.asker, answer.target)
    # Who does not do such a thing may hear that first, or that there is none.
    if answer.crossed and expected in (ALLOWED, FORBIDDEN):
        return answer.status in {*answer.row.foreign, *({FORBIDDEN} if expected else set())}
    if expected != ALLOWED:
        return answer.status == expected
    return answer.row.lets_in(answer.status)


def _expected(answer: Answer) -> str:
    expected = answer.row.rule(answer.asker, answer.target)
    if expected != ALLOWED:
        return str(expected)
    if answer.crossed:
        return str(answer.row.foreign)
    return str(answer.row.answers or "let in")


async def _ask_everything(url: URL, settings: Settings, package: Package) -> Answers:
    settings = settings.model_copy(update={"max_wait_seconds": 0.01, "sign_up": SignUp.INVITATION})
    app = create_app(settings, url)
    async with app.router.lifespan_context(app):
        # Streams end instead of waiting for what comes next.
        app.state.notifications.let_go()
        school = await build(app.state.database, package)
        undone = Undone(url)
        stored = app.state.database
        app.state.database = undone
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        try:
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1:8000"
            ) as client:
                asking = Asking(client, undone, school, cookie_name(settings))
                await asking.prepare()
                before = await _rows(stored)
                answers = [each async for each in asking.all_of(TABLE)]
                by_scope = [each async for each in asking.scopes(TABLE)]
                after = await _rows(stored)
        finally:
            app.state.database = stored
            await undone.close()
        return Answers(school, _routes(app), answers, by_scope, before, after)


def _routes(app: FastAPI) -> set[tuple[str, str]]:
    """Every route of the application, those of routers within it included."""

    def found(routes: Any) -> Iterator[tuple[str, str]]:
        for route in routes:
            if isinstance(route, APIRoute):
                yield from ((method, route.path) for method in route.methods)
            elif hasattr(route, "original_router"):
                yield from found(route.original_router.routes)

    return set(found(app.routes))


async def _rows(database: Database) -> int:
    """How many rows all tables hold."""
    async with database.session() as session:
        tables = (
            await session.execute(
                text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            )
        ).scalars()
        counts = [
            (await session.execute(text(f'SELECT count(*) FROM "{name}"'))).scalar_one()
            for name in tables
        ]
    return sum(counts)
