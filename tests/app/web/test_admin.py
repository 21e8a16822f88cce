"""The pages for admins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.accounts import service
from app.db.engine import Database
from app.models import Person, Role
from app.settings import Settings, SignUp

HTML = {"Accept": "text/html"}
PAGES = ("/admin", "/admin/people", "/admin/invitations", "/admin/audit")


async def sign_in(client: httpx.AsyncClient, database: Database, person: Person) -> None:
    """Sign a browser in by a link."""
    async with database.session() as session:
        token = await service.create_sign_in_token(session, person, 1)
    assert (await client.get(f"/signin?token={token}")).status_code == 303


@pytest.fixture
async def root(database: Database) -> Person:
    """An admin."""
    async with database.session() as session:
        return await service.ensure_person(session, "root", Role.ADMIN)


@pytest.fixture
async def browser_of_root(
    client: httpx.AsyncClient, database: Database, root: Person
) -> httpx.AsyncClient:
    """A browser in which root is signed in."""
    await sign_in(client, database, root)
    return client


class TestWhoSeesThem:
    """Everything is for admins only."""

    async def test_nobody_else(
        self, client: httpx.AsyncClient, database: Database, ann: Any, teacher: Any, root: Person
    ) -> None:
        one = f"/admin/people/{root.id}"
        forms = [
            *(f"{one}/{what}" for what in ("role", "sign-out", "revoke-tokens", "reset-link")),
            "/admin/invitations",
            f"/admin/invitations/{root.id}/revoke",
        ]
        form = {"role": "learner", "email": "x@example.com"}
        for person, status in ((None, 401), (ann.person, 403), (teacher.person, 403)):
            if person is not None:
                await sign_in(client, database, person)
            for path in (*PAGES, one):
                answer = await client.get(path, headers=HTML)
                assert (answer.status_code, "root" in answer.text) == (status, False), path
            for path in forms:
                answer = await client.post(path, data=form, headers=HTML)
                assert answer.status_code == status, path
            front = await client.get("/")
            assert "/admin" not in front.text

    async def test_no_other_site_acts_through_them(
        self, browser_of_root: httpx.AsyncClient, ann: Any
    ) -> None:
        path = f"/admin/people/{ann.person.id}/role"
        answer = await browser_of_root.post(
            path, data={"role": "admin"}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert answer.status_code == 403


class TestPeople:
    """/admin/people."""

    async def test_lists_searches_and_pages(
        self,
        browser_of_root: httpx.AsyncClient,
        database: Database,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("app.web.admin.PEOPLE_AT_ONCE", 2)
        async with database.session() as session:
            for name in ("<b>ann</b>", "a&b", "zoe"):
                await service.ensure_person(session, name, Role.LEARNER)
        first = await browser_of_root.get("/admin/people")
        assert "4 people" in first.text
        assert "&lt;b&gt;ann&lt;/b&gt;" in first.text
        assert 'href="/admin/people"' in (await browser_of_root.get("/")).text
        following = first.text.partition('rel="next" href="')[2].partition('"')[0]
        second = await browser_of_root.get(following.replace("&amp;", "&"))
        assert "zoe" in second.text
        assert "zoe" not in first.text
        assert '<td data-label="Role">Learner</td>' in second.text
        found = await browser_of_root.get("/admin/people?search=a%26b&role=")
        assert "1 person found" in found.text
        assert '<option value="admin">Admin</option>' in found.text
        nobody = await browser_of_root.get("/admin/people?search=%22%3E%3Cscript%3E&role=admin")
        assert "0 people found" in nobody.text
        assert "<script>" not in nobody.text.partition("<main")[2]
        for query in ("role=king", "search=%00"):
            assert (await browser_of_root.get(f"/admin/people?{query}")).status_code == 422

    async def test_one_is_changed(
        self,
        browser_of_root: httpx.AsyncClient,
        client: httpx.AsyncClient,
        database: Database,
        ann: Any,
        root: Person,
    ) -> None:
        place = f"/admin/people/{ann.person.id}"
        answer = await browser_of_root.post(f"{place}/role", data={"role": "instructor"})
        assert (answer.status_code, answer.headers["location"]) == (303, place)
        page = await browser_of_root.get(place)
        assert '<option value="instructor" selected>Instructor</option>' in page.text
        assert "jurax admin email" in page.text
        moved = await browser_of_root.get("/admin/audit?kind=role_changed&name=ann")
        assert "Learner → Instructor" in moved.text
        async with database.session() as session:
            await service.set_email(session, ann.person, "ann@example.com")
        page = await browser_of_root.post(f"{place}/reset-link")
        assert "/password/reset?token=" in page.text
        answer = await browser_of_root.post(f"{place}/revoke-tokens")
        assert answer.headers["location"] == place
        answer = await browser_of_root.post(f"{place}/sign-out")
        assert answer.headers["location"] == place
        answer = await browser_of_root.post(
            f"/admin/people/{root.id}/role", data={"role": "learner"}, headers=HTML
        )
        assert (answer.status_code, "only admin" in answer.text) == (409, True)
        answer = await browser_of_root.post(f"/admin/people/{root.id}/sign-out")
        assert answer.headers["location"] == "/"
        assert (await browser_of_root.get("/admin/people")).status_code == 401


class TestInvitations:
    """/admin/invitations."""

    async def test_are_made_shown_and_revoked(
        self,
        browser_of_root: httpx.AsyncClient,
        app: FastAPI,
        settings: Settings,
        count: Callable[[str], int],
    ) -> None:
        form = {"email": "Ines@example.com", "role": "instructor"}
        closed = await browser_of_root.post("/admin/invitations", data=form)
        assert (closed.status_code, "JURAX_SIGN_UP" in closed.text) == (403, True)
        assert 'value="Ines@example.com"' in closed.text
        app.state.settings = settings.model_copy(update={"sign_up": SignUp.INVITATION})
        made = await browser_of_root.post("/admin/invitations", data=form)
        assert "/join?token=" in made.text
        page = await browser_of_root.get("/admin/invitations")
        assert "ines@example.com" in page.text
        assert '<td data-label="Role">Instructor</td>' in page.text
        assert '<option value="learner">Learner</option>' in page.text
        assert "token=" not in page.text
        path = page.text.partition('action="/admin/invitations/')[2].partition('"')[0]
        answer = await browser_of_root.post(f"/admin/invitations/{path}")
        assert answer.headers["location"] == "/admin/invitations"
        assert "Nobody is invited" in (await browser_of_root.get("/admin/invitations")).text
        assert count("account_links") == 0
        wrong = await browser_of_root.post("/admin/invitations", data={**form, "email": "no"})
        assert (wrong.status_code, 'role="alert"' in wrong.text) == (422, True)


class TestAudit:
    """/admin/audit."""

    async def test_is_filtered_and_paged(
        self,
        browser_of_root: httpx.AsyncClient,
        database: Database,
        ann: Any,
        ben: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        everything = await browser_of_root.get("/admin/audit?name=&kind=")
        rows = everything.text.partition("<tbody>")[2]
        for words in ("Signed in", "Token made", ">ann</a>", ">ben</a>", "themselves"):
            assert words in rows
        hers = (await browser_of_root.get("/admin/audit?name=ann")).text.partition("<tbody>")[2]
        assert ">ann</a>" in hers
        assert ">ben</a>" not in hers
        made = await browser_of_root.get(f"/admin/audit?person={ben.person.id}&kind=token_made")
        rows = made.text.partition("<tbody>")[2]
        assert rows.count("<tr>") == 1
        assert "Token made" in rows
        monkeypatch.setattr("app.web.admin.ENTRIES_AT_ONCE", 1)
        page, seen = await browser_of_root.get("/admin/audit?name=ann"), 0
        while True:
            seen += page.text.partition("<tbody>")[2].count("<tr>")
            following = page.text.partition('rel="next" href="')[2].partition('"')[0]
            if not following:
                break
            page = await browser_of_root.get(following.replace("&amp;", "&"))
        assert seen == hers.count("<tr>")
        assert "Nobody is named carl" in (await browser_of_root.get("/admin/audit?name=carl")).text
        gone = "00000000-0000-4000-8000-000000000000"
        nothing = await browser_of_root.get(f"/admin/audit?person={gone}")
        assert "Nothing of this kind" in nothing.text
        for query in ("kind=x", "name=%00", "before=0", f"before={2**63}", "person=x"):
            answer = await browser_of_root.get(f"/admin/audit?{query}")
            assert answer.status_code == 422, query
