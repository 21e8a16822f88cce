"""Signing in by OpenID Connect with a provider that is a process of its own and nobody's but its
authors'; who joins, whose account it is, and the identities of a person."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError
from sqlalchemy import update

from app.accounts import joining, service
from app.accounts.oidc_visits import safe_path
from app.accounts.password_sign_in import change_password
from app.db.base import now
from app.db.engine import Database
from app.models import Course, CourseInvitation, Person, Role, SignInSession
from app.settings import Settings, SignUp
from tests.app.accounts.conftest import GOOD, Mailbox

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
START_SECONDS = 60.0


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider's process; its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    with subprocess.Popen([*command, "--require-nonce"], stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + START_SECONDS
        while True:
            assert process.poll() is None, "the provider ended while it started"
            assert time.monotonic() < deadline, "the provider did not start in time"
            try:
                httpx.get(f"{address}/.well-known/openid-configuration")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield address
        process.terminate()


@dataclass(frozen=True)
class Provider:
    """A provider that the service uses."""

    issuer: str
    app: FastAPI
    settings: Settings

    def set_up(self, **changes: Any) -> Settings:
        """Let the service use it."""
        changed = self.settings.model_copy(
            update={
                "oidc_issuer": self.issuer,
                "oidc_client_id": "jurax",
                "oidc_client_secret": SecretStr("secret"),
                "oidc_name": "Example University",
                "sign_up": SignUp.OPEN,
                **changes,
            }
        )
        self.app.state.settings = changed
        return changed

    async def sign_in(
        self, client: httpx.AsyncClient, subject: str, place: str = "/signin/oidc", **claims: Any
    ) -> httpx.Response:
        """What a browser does whose person is ``subject``: the answer to coming back."""
        answer = await client.get(place)
        assert answer.status_code == 303, answer.text
        return await self.back(client, answer.headers["location"], subject, **claims)

    async def back(
        self,
        client: httpx.AsyncClient,
        location: str,
        subject: str,
        form: dict[str, str] | None = None,
        **claims: Any,
    ) -> httpx.Response:
        """The same from the provider's door on."""
        async with httpx.AsyncClient() as browser:
            await browser.put(f"{self.issuer}/users/{subject}", json=claims)
            answer = await browser.post(location, data={"sub": subject, **(form or {})})
        assert answer.status_code == 302, answer.text
        url = urlsplit(answer.headers["location"])
        return await client.get(f"{url.path}?{url.query}", headers={"Accept": "text/html"})


@pytest.fixture
def provider(issuer: str, app: FastAPI, settings: Settings, mailbox: Mailbox) -> Provider:
    """The provider, set, and people may sign up."""
    smtp = {"smtp_url": SecretStr(f"smtp://127.0.0.1:{mailbox.port}")}
    made = Provider(issuer, app, settings.model_copy(update=smtp))
    made.set_up()
    return made


@pytest.fixture
async def root(database: Database) -> dict[str, str]:
    """What a request of an admin's carries."""
    async with database.session() as session:
        person = await service.ensure_person(session, "root", Role.ADMIN)
        token = await service.create_api_token(session, person, "test", operator=True)
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
async def other_browser(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Another browser."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as made:
        yield made


async def me(client: httpx.AsyncClient) -> dict[str, Any]:
    """Who is signed in."""
    answer = await client.get("/api/v1/me")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def kinds(client: httpx.AsyncClient, root: dict[str, str], person: str) -> list[str]:
    """What the log has of a person, the oldest first."""
    log = await client.get("/api/v1/audit", params={"person": person}, headers=root)
    return [item["kind"] for item in log.json()["items"]][::-1]


class TestSignIn:
    """GET /signin/oidc and the way back."""

    async def test_makes_an_account_and_finds_it_again(
        self,
        client: httpx.AsyncClient,
        other_browser: httpx.AsyncClient,
        provider: Provider,
        root: dict[str, str],
        count: Callable[[str], int],
    ) -> None:
        page = await client.get("/signin/help?next=/docs")
        assert 'href="/signin/oidc?next=/docs"' in page.text
        assert "Sign in with Example University" in page.text
        claims = {"email": "Zoe@example.com", "email_verified": True, "name": "Zoë Ångström"}
        answer = await provider.sign_in(client, "zoe", "/signin/oidc?next=/docs%23x", **claims)
        assert (answer.status_code, answer.headers["location"]) == (303, "/docs#x")
        first = await me(client)
        assert (first["name"], first["role"]) == ("Zoë Ångström", "learner")
        again = await provider.sign_in(other_browser, "zoe", name="Another", email="else@x.org")
        assert again.headers["location"] == "/"
        assert await me(other_browser) == first
        assert count("identities") == 1
        assert await kinds(client, root, first["id"]) == [
            "joined",
            "identity_added",
            "signed_in",
            "signed_in",
        ]
        export = (await client.get("/api/v1/me/export")).json()
        assert export["account"]["email"] == "zoe@example.com"
        assert [each["subject"] for each in export["identities"]] == ["zoe"]
        listed = (await client.get("/api/v1/me/identities")).json()["items"]
        assert [each["name"] for each in listed] == ["Example University"]

    async def test_who_is_signed_in_already_goes_on(
        self, client: httpx.AsyncClient, provider: Provider
    ) -> None:
        await provider.sign_in(client, "zoe")
        answer = await client.get("/signin/oidc?next=//evil.example")
        assert (answer.status_code, answer.headers["location"]) == (303, "/")

    async def test_joins_the_account_that_has_the_confirmed_address(
        self,
        client: httpx.AsyncClient,
        provider: Provider,
        zoe: Person,
        mailbox: Mailbox,
        count: Callable[[str], int],
    ) -> None:
        provider.set_up(sign_up=SignUp.CLOSED)
        claims = {"email": "ZOE@example.com", "email_verified": True, "name": "Z"}
        assert (await provider.sign_in(client, "zoe-7", **claims)).status_code == 303
        assert (await me(client))["id"] == str(zoe.id)
        assert count("people") == 1
        assert mailbox.recipients == [["zoe@example.com"]]
        assert "Example University" in mailbox.took[0].get_content()
        form = {"email": "zoe@example.com", "password": GOOD}
        assert (await client.post("/signin", data=form)).status_code == 303

    async def test_takes_no_account_over_by_an_address_that_is_not_confirmed(
        self, client: httpx.AsyncClient, provider: Provider, zoe: Person
    ) -> None:
        for number, said in enumerate(({}, {"email_verified": False}, {"email_verified": "true"})):
            claims = {"email": "zoe@example.com", "name": "zoe", **said}
            client.cookies.clear()
            assert (await provider.sign_in(client, f"evil-{number}", **claims)).status_code == 303
            person = await me(client)
            assert person["id"] != str(zoe.id)
            assert person["name"] == f"zoe {number + 2}"
            export = (await client.get("/api/v1/me/export")).json()
            assert export["account"]["email"] is None

    async def test_an_account_without_the_address_takes_over_nobody_who_has_it(
        self, client: httpx.AsyncClient, other_browser: httpx.AsyncClient, provider: Provider
    ) -> None:
        # Somebody came first and claimed the address, which the provider had not confirmed.
        await provider.sign_in(client, "evil", email="ines@example.com", name="ines")
        claims = {"email": "ines@example.com", "email_verified": True, "name": "ines"}
        await provider.sign_in(other_browser, "ines", **claims)
        assert (await me(other_browser))["id"] != (await me(client))["id"]
        export = (await other_browser.get("/api/v1/me/export")).json()
        assert export["account"]["email"] == "ines@example.com"

    async def test_two_at_once_are_one_person(
        self,
        client: httpx.AsyncClient,
        other_browser: httpx.AsyncClient,
        provider: Provider,
        count: Callable[[str], int],
    ) -> None:
        claims = {"email": "z@example.com", "email_verified": True, "name": "zoe"}
        answers = await asyncio.gather(
            provider.sign_in(client, "zoe", **claims),
            provider.sign_in(other_browser, "zoe", **claims),
        )
        assert [answer.status_code for answer in answers] == [303, 303]
        assert (count("people"), count("identities")) == (1, 1)

    async def test_a_name_is_one_that_can_be_seen_and_is_free(
        self, client: httpx.AsyncClient, provider: Provider, ann: Any
    ) -> None:
        for number, (claims, name) in enumerate(
            (
                ({"name": "ann"}, "ann 2"),
                ({"name": "ann"}, "ann 3"),
                ({"name": " \u202e ", "preferred_username": "bob"}, "bob"),
                ({"name": ["x"], "email": "carl@x.org", "email_verified": True}, "carl"),
                ({"email": "ann@x.org"}, "ann 4"),
                ({}, "Somebody"),
                ({"name": "x" * 5000}, "x" * 92),
                ({"name": "\0"}, "Somebody 2"),
                # Whoever has this name is made an admin when the service starts.
                ({"name": "you"}, "you 2"),
            )
        ):
            client.cookies.clear()
            await provider.sign_in(client, f"guest-{number}", **claims)
            assert (await me(client))["name"] == name

    async def test_who_changes_their_mind_is_let_in_by_other_ways(
        self, client: httpx.AsyncClient, provider: Provider
    ) -> None:
        location = (await client.get("/signin/oidc")).headers["location"]
        answer = await provider.back(client, location, "zoe", {"action": "deny"})
        assert (answer.status_code, "cancelled" in answer.text) == (403, True)
        assert 'action="/signin"' in answer.text

    async def test_without_a_provider_there_is_no_such_page(
        self, client: httpx.AsyncClient, app: FastAPI, settings: Settings, check_problem: Any
    ) -> None:
        for path in ("/signin/oidc", "/signin/oidc/callback?state=x"):
            check_problem(await client.get(path), 404, "not-found")
        assert "/signin/oidc" not in (await client.get("/signin/help")).text


class TestPolicy:
    """Who may join is the operator's choice, whoever brings them."""

    async def test_of_signing_up(
        self, client: httpx.AsyncClient, provider: Provider, count: Callable[[str], int]
    ) -> None:
        mine = {"email": "a@uni.example.com", "email_verified": True}
        unconfirmed = {"email": "b@uni.example.com"}
        for number, (sign_up, claims, status) in enumerate(
            (
                (SignUp.CLOSED, mine, 403),
                (SignUp.INVITATION, mine, 403),
                (SignUp.DOMAIN, unconfirmed, 403),
                (SignUp.DOMAIN, {**mine, "email": "a@else.example"}, 403),
                (SignUp.DOMAIN, mine, 303),
                (SignUp.OPEN, unconfirmed, 303),
            )
        ):
            provider.set_up(sign_up=sign_up, sign_up_domains="uni.example.com")
            client.cookies.clear()
            before = count("people")
            answer = await provider.sign_in(client, f"guest-{number}", **claims)
            assert answer.status_code == status, (sign_up, claims)
            assert count("people") - before == int(status == 303)
            if status == 403:
                assert 'role="alert"' in answer.text

    async def test_of_invitations(
        self,
        client: httpx.AsyncClient,
        provider: Provider,
        database: Database,
        count: Callable[[str], int],
    ) -> None:
        settings = provider.set_up(sign_up=SignUp.INVITATION)
        async with database.session() as session:
            for role in (Role.LEARNER, Role.INSTRUCTOR):
                await joining.invite(session, settings, "ines@example.com", role)
        claims: dict[str, Any] = {"email": "ines@example.com", "name": "Ines"}
        assert (await provider.sign_in(client, "thief", **claims)).status_code == 403
        assert count("account_links") == 2
        claims["email_verified"] = True
        provider.set_up(sign_up=SignUp.CLOSED)
        assert (await provider.sign_in(client, "ines", **claims)).status_code == 403
        provider.set_up(sign_up=SignUp.INVITATION)
        assert (await provider.sign_in(client, "ines", **claims)).status_code == 303
        assert (await me(client))["role"] == "instructor"
        assert count("account_links") == 0

    async def test_of_class_lists(
        self,
        client: httpx.AsyncClient,
        provider: Provider,
        database: Database,
        count: Callable[[str], int],
    ) -> None:
        provider.set_up(sign_up=SignUp.INVITATION)
        async with database.session() as session:
            course = Course(title="JAX", term="now")
            session.add(course)
            await session.flush()
            session.add(CourseInvitation(course_id=course.id, email="ines@example.com"))
        claims: dict[str, Any] = {"email": "ines@example.com"}
        assert (await provider.sign_in(client, "thief", **claims)).status_code == 403
        claims["email_verified"] = True
        assert (await provider.sign_in(client, "ines", **claims)).status_code == 303
        assert (await me(client))["role"] == "learner"
        assert (count("enrolments"), count("course_invitations")) == (1, 0)

    async def test_of_mail_domains(
        self, client: httpx.AsyncClient, provider: Provider, zoe: Person
    ) -> None:
        provider.set_up(oidc_domains="uni.example, Example.org")
        for subject, claims, status in (
            ("a", {"email": "a@example.com", "email_verified": True}, 403),
            ("b", {"email": "b@uni.example"}, 403),
            ("c", {}, 403),
            ("d", {"email": "d@sub.uni.example", "email_verified": True}, 403),
            ("e", {"email": "e@example.org", "email_verified": True}, 303),
        ):
            answer = await provider.sign_in(client, subject, **claims)
            assert answer.status_code == status, subject

    async def test_of_who_teaches(
        self, client: httpx.AsyncClient, provider: Provider, root: dict[str, str]
    ) -> None:
        provider.set_up(oidc_instructors="groups=staff")
        for subject, groups, role in (
            ("a", ["students"], "learner"),
            ("b", ["x", "staff"], "instructor"),
            ("c", "staff", "instructor"),
            ("d", "not staff", "learner"),
            ("e", {"staff": 1}, "learner"),
            ("a", ["staff"], "instructor"),
            # What was given is taken by hand.
            ("b", [], "instructor"),
        ):
            client.cookies.clear()
            await provider.sign_in(client, subject, groups=groups)
            assert (await me(client))["role"] == role, (subject, groups)


class TestIdentities:
    """Adding and removing them, on the account page and by the API."""

    @pytest.fixture
    async def zoes(
        self, client: httpx.AsyncClient, provider: Provider, zoe: Person
    ) -> httpx.AsyncClient:
        """A browser in which zoe is signed in by password."""
        form = {"email": "zoe@example.com", "password": GOOD}
        assert (await client.post("/signin", data=form)).status_code == 303
        return client

    async def leave(self, zoes: httpx.AsyncClient, password: str = GOOD) -> str:
        """Where the page leads that adds an identity."""
        answer = await zoes.post("/account/identities", data={"current": password})
        assert answer.status_code == 200, answer.text
        found = answer.text.partition('content="0; url=')[2].partition('"')[0]
        return found.replace("&amp;", "&")

    async def test_are_added_and_open_the_account(
        self,
        zoes: httpx.AsyncClient,
        other_browser: httpx.AsyncClient,
        provider: Provider,
        zoe: Person,
        mailbox: Mailbox,
    ) -> None:
        answer = await provider.back(zoes, await self.leave(zoes), "z", email="x@y.org")
        assert answer.headers["location"] == "/account#identities"
        assert mailbox.recipients == [["zoe@example.com"]]
        await provider.sign_in(other_browser, "z")
        assert (await me(other_browser))["id"] == str(zoe.id)
        page = (await zoes.get("/account")).text
        assert "Example University" in page
        again = await provider.back(zoes, await self.leave(zoes), "z")
        assert again.status_code == 303
        assert len((await zoes.get("/api/v1/me/identities")).json()["items"]) == 1

    async def test_are_added_by_who_knows_the_password(
        self,
        zoes: httpx.AsyncClient,
        provider: Provider,
        check_problem: CheckProblem,
        ann: Any,
    ) -> None:
        for form in ({}, {"current": "wrong"}):
            check_problem(await zoes.post("/account/identities", data=form), 403, "forbidden")
        answer = await zoes.post("/account/identities", headers=ann.headers)
        check_problem(answer, 403, "forbidden")
        cross = {"Sec-Fetch-Site": "cross-site"}
        answer = await zoes.post("/account/identities", data={"current": GOOD}, headers=cross)
        check_problem(answer, 403, "cross-site-request")

    async def test_are_added_by_who_has_no_password_soon_after_signing_in(
        self,
        client: httpx.AsyncClient,
        provider: Provider,
        database: Database,
        check_problem: CheckProblem,
    ) -> None:
        await provider.sign_in(client, "a")
        await self.leave(client, "")
        async with database.session() as session:
            before = now() - timedelta(hours=1)
            await session.execute(update(SignInSession).values(created_at=before))
        check_problem(await client.post("/account/identities"), 403, "forbidden")

    async def test_of_another_account_stay_there(
        self, zoes: httpx.AsyncClient, other_browser: httpx.AsyncClient, provider: Provider
    ) -> None:
        await provider.sign_in(other_browser, "z")
        theirs = await me(other_browser)
        answer = await provider.back(zoes, await self.leave(zoes), "z")
        assert answer.status_code == 409
        assert "another account" in answer.text
        other_browser.cookies.clear()
        await provider.sign_in(other_browser, "z")
        assert await me(other_browser) == theirs

    async def test_go_to_nobody_who_signed_in_meanwhile(
        self,
        zoes: httpx.AsyncClient,
        provider: Provider,
        database: Database,
        ann: Any,
        count: Callable[[str], int],
    ) -> None:
        location = await self.leave(zoes)
        async with database.session() as session:
            token = await service.create_sign_in_token(session, ann.person, 1)
        await zoes.get(f"/signin?token={token}")
        assert (await provider.back(zoes, location, "z")).status_code == 403
        location = await self.leave(zoes, "")
        await zoes.post("/signout")
        assert (await provider.back(zoes, location, "z")).status_code == 403
        assert count("identities") == 0

    async def test_are_removed_but_for_the_last_way_in(
        self,
        client: httpx.AsyncClient,
        provider: Provider,
        database: Database,
        ann: Any,
        root: dict[str, str],
        check_problem: CheckProblem,
    ) -> None:
        claims = {"email": "a@example.com", "email_verified": True}
        await provider.sign_in(client, "a", **claims)
        await provider.back(client, await self.leave(client, ""), "b")
        person = await me(client)
        first, second = (await client.get("/api/v1/me/identities")).json()["items"]
        path = f"/api/v1/me/identities/{first['id']}"
        check_problem(await client.delete(path, headers=ann.headers), 404, "not-found")
        assert (await client.delete(path)).status_code == 204
        check_problem(await client.delete(path), 404, "not-found")
        form = f"/account/identities/{second['id']}/remove"
        check_problem(await client.post(form), 409, "last-way-in")
        async with database.session() as session:
            stored = await service.find_person(session, person["name"])
        await change_password(database, stored, "", GOOD, None)
        await client.post("/signin", data={"email": "a@example.com", "password": GOOD})
        assert (await client.post(form)).headers["location"] == "/account#identities"
        assert (await client.get("/api/v1/me/identities")).json() == {"items": []}
        log = await kinds(client, root, person["id"])
        assert log.count("identity_added") == log.count("identity_removed") == 2

    async def test_of_a_provider_that_is_not_set_any_more_are_no_way_in(
        self, client: httpx.AsyncClient, provider: Provider, check_problem: CheckProblem
    ) -> None:
        await provider.sign_in(client, "a")
        (only,) = (await client.get("/api/v1/me/identities")).json()["items"]
        check_problem(
            await client.delete(f"/api/v1/me/identities/{only['id']}"), 409, "last-way-in"
        )
        provider.set_up(oidc_issuer="https://another.example")
        (only,) = (await client.get("/api/v1/me/identities")).json()["items"]
        assert only["name"] == "127.0.0.1"
        assert (await client.delete(f"/api/v1/me/identities/{only['id']}")).status_code == 204


class TestNextPath:
    """Where one goes after signing in."""

    @pytest.mark.parametrize("path", ["/", "/courses/1?x=%2F%2Fy&z=1#top", "/a//b", "/@x", "/:x"])
    def test_is_a_path_of_ours(self, path: str) -> None:
        assert safe_path(path) == path

    @pytest.mark.parametrize(
        "text",
        [
            *("", "x", "//evil.example", "/\\evil.example", "\\\\evil.example", "///evil.example"),
            *(
                "https://evil.example",
                "javascript:alert(1)",
                "/\t/evil.example",
                "/\n/evil.example",
            ),
            *("/signin?token=x", "/./signin?token=x", "/a/%2e%2e/%73ignin?token=x#y"),
            *(" /x", "/x\r\nSet-Cookie: a=b", "/\0", "/ä", "/a\\b", "/" + "x" * 500),
        ],
    )
    def test_is_no_other_place(self, text: str) -> None:
        assert safe_path(text) == "/"

    @given(st.text(alphabet="/\\.:@?#ab\t\n \u2044%", max_size=12))
    def test_whatever_is_asked_stays_on_this_host(self, text: str) -> None:
        url = httpx.URL("http://127.0.0.1:8000/signin").join(safe_path(text))
        assert (url.host, url.port) == ("127.0.0.1", 8000)

    async def test_is_the_page_that_was_for_people_who_are_signed_in(
        self, client: httpx.AsyncClient
    ) -> None:
        answer = await client.get("/account?a=1&b=%2F%2F", headers={"Accept": "text/html"})
        assert answer.status_code == 401
        place = "/signin/help?next=/account%3Fa%3D1%26b%3D%252F%252F"
        assert f'href="{place}"' in answer.text
        page = await client.get(place)
        assert 'name="next" value="/account?a=1&amp;b=%2F%2F"' in page.text

    async def test_is_where_a_password_leads_too(
        self, client: httpx.AsyncClient, zoe: Person
    ) -> None:
        form = {"email": "zoe@example.com", "password": GOOD}
        wrong = {**form, "password": "wrong", "next": "/docs"}
        assert 'name="next" value="/docs"' in (await client.post("/signin", data=wrong)).text
        for asked, led in (("/docs", "/docs"), ("//evil.example", "/")):
            answer = await client.post("/signin", data={**form, "next": asked})
            assert (answer.status_code, answer.headers["location"]) == (303, led)


class TestSettings:
    """JURAX_OIDC_*."""

    def test_need_each_other_and_a_safe_address(self) -> None:
        good = {"oidc_issuer": "https://login.example.edu/realms/x", "oidc_client_id": "jurax"}
        made = Settings(_env_file=None, **good, oidc_client_secret="s3cret")
        assert "s3cret" not in str(made.environment())
        for wrong in (
            {"oidc_client_id": ""},
            {"oidc_issuer": "http://login.example.edu"},
            {"oidc_issuer": "login.example.edu"},
            {"oidc_issuer": "https://user:pw@login.example.edu"},
            {"oidc_issuer": "https://login.example.edu?x=1"},
            {"oidc_issuer": "https://[x"},
            {"oidc_instructors": "staff"},
        ):
            with pytest.raises(ValidationError):
                Settings(_env_file=None, **{**good, **wrong})
