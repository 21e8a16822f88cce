"""What strangers and learners try with addresses, headers and texts; nothing comes of it."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote, unquote

import httpx
import pytest
from fastapi import FastAPI

from app.accounts import service
from app.accounts.names import tidy_name
from app.db.engine import Database
from app.errors import Invalid
from app.models import Role
from app.settings import Settings, use_settings
from app.submissions.notifications import MAX_OPEN_PER_PERSON, Notifications
from tests.app.conftest import PROBLEM

PATH = "/api/v1/submissions"
WAYS_OUT = (
    "../templating.py",
    "..%2ftemplating.py",
    "..%2f..%2ftemplating.py",
    "%2e%2e/%2e%2e/%2e%2e/pyproject.toml",
    "..%5c..%5ctemplating.py",
    "....//....//templating.py",
    "%2fetc%2fpasswd",
    "/etc/passwd",
    "%00",
    "manifest.json%00.css",
    "x" * 5000,
    "%ff%fe",
    f"{PROBLEM}%2freference.py",
    f"{PROBLEM}/reference.py",
    f"{PROBLEM}/..%2f{PROBLEM}%2fsolution.md",
)
NASTY = {
    "NUL": "a\0b",
    "half a pair": "a\ud800b",
    "reversed": "a\u202eb",
    "escape": "a\x1b[31mb",
    "line feed": "a\nb",
    "blank": " \t ",
    "fillers": "\u3164\ufe0f\u2800",
    "long": "a" * 101,
}

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
Submit = Callable[..., Awaitable[httpx.Response]]


async def link(database: Database, name: str) -> str:
    """The path of a fresh sign-in link."""
    async with database.session() as session:
        person = await service.ensure_person(session, name, Role.LEARNER)
        return service.sign_in_url("", await service.create_sign_in_token(session, person, 1))


class TestAddresses:
    """Paths that lead out of what is served."""

    @pytest.mark.parametrize("root", ["/static/", "/static/dist/", "/problems/", "/schemas/"])
    async def test_lead_nowhere(self, root: str, app: FastAPI) -> None:
        for way in WAYS_OUT:
            status, body = await raw_get(app, f"{root}{way}")
            assert status == 404, way
            for secret in (b"root:", b"def page", b"[project]", b"def solve"):
                assert secret not in body

    @pytest.mark.parametrize("path", ["//evil.example", "//evil.example/%2e%2e", "/\\evil.example"])
    async def test_redirect_nobody(self, path: str, app: FastAPI) -> None:
        status, _ = await raw_get(app, path)
        assert status == 404

    async def test_signing_in_leads_to_the_front_page_alone(
        self, client: httpx.AsyncClient, database: Database
    ) -> None:
        path = await link(database, "ada")
        answer = await client.get(f"{path}&next=//evil.example&redirect=https://evil.example")
        assert answer.headers["location"] == "/"

    async def test_a_personal_page_has_no_name_that_a_cache_would_keep(
        self, client: httpx.AsyncClient, ann: Any
    ) -> None:
        for path in ("/account", "/", "/api/v1/me", f"/problems/{PROBLEM}", "/nope"):
            answer = await client.get(path, headers=ann.headers)
            assert answer.headers["cache-control"] == "no-store"
        for path in ("/account/x.css", "/account%2fx.css", "/account;x.css", "/api/v1/me/x.js"):
            assert (await client.get(path, headers=ann.headers)).status_code == 404


class TestHeaders:
    """What a request claims about itself."""

    @pytest.mark.parametrize(
        "name", ["Host", "X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL", "Forwarded"]
    )
    async def test_no_answer_repeats_a_host(
        self, name: str, client: httpx.AsyncClient, database: Database
    ) -> None:
        headers = {name: "evil.example"}
        for path in ("/", f"/problems/{PROBLEM}", "/nope", "/openapi.json", "/docs"):
            answer = await client.get(path, headers={**headers, "Accept": "text/html"})
            assert "evil.example" not in answer.text + str(answer.headers)
        answer = await client.get(await link(database, "ada"), headers=headers)
        assert "evil.example" not in str(answer.headers)

    async def test_a_method_cannot_be_overridden(
        self, client: httpx.AsyncClient, submit: Submit, ann: Any, count: Callable[[str], int]
    ) -> None:
        place = (await submit()).headers["location"]
        for method in ("DELETE", "PUT", "POST"):
            headers = {**ann.headers, "X-HTTP-Method-Override": method}
            assert (await client.get(f"{place}?_method={method}", headers=headers)).is_success
        assert count("submissions") == 1

    async def test_other_sites_are_allowed_nothing(self, client: httpx.AsyncClient) -> None:
        headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
        for method in ("OPTIONS", "GET"):
            answer = await client.request(method, "/api/v1/problems", headers=headers)
            assert not [name for name in answer.headers if name.startswith("access-control")]

    @pytest.mark.parametrize(
        "headers",
        [
            {"Authorization": b"Bearer \xff\xfe"},
            {"Cookie": b"jurax_session=\xff\xfe\x00"},
            {"Cookie": b"jurax_session=" + b"x" * 10_000},
            {"Authorization": b"Bearer " + "\u202e".encode()},
        ],
        ids=str,
    )
    async def test_what_is_no_token_is_nobody(
        self, headers: dict[str, bytes], client: httpx.AsyncClient, check_problem: CheckProblem
    ) -> None:
        answer = await client.get("/api/v1/me", headers=headers)  # type: ignore[arg-type]
        check_problem(answer, 401, "not-signed-in")

    async def test_a_form_of_another_site_is_no_json(
        self, client: httpx.AsyncClient, ann: Any, count: Callable[[str], int]
    ) -> None:
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            answer = await client.post(
                PATH,
                content=json.dumps({"problem": PROBLEM, "source": "x"}),
                headers={**ann.headers, "Content-Type": kind},
            )
            assert answer.status_code == 422
        assert count("submissions") == 0


class TestSessions:
    """Sessions that an attacker knows, or wants a visitor to have."""

    async def test_signing_in_takes_a_fresh_session_and_ends_the_old(
        self, client: httpx.AsyncClient, database: Database
    ) -> None:
        client.cookies.set("jurax_session", "planted", domain="127.0.0.1", path="/")
        await client.get(await link(database, "ada"))
        first = dict(client.cookies)
        assert first["jurax_session"] != "planted"
        await client.get(await link(database, "ada"))
        assert client.cookies["jurax_session"] != first["jurax_session"]
        client.cookies.clear()
        client.cookies.update(first)
        assert (await client.get("/api/v1/me")).status_code == 401

    @pytest.mark.parametrize("destination", ["image", "iframe", "script", "empty"])
    async def test_a_page_cannot_use_a_link_up(
        self, destination: str, client: httpx.AsyncClient, database: Database
    ) -> None:
        path = await link(database, "ada")
        headers = {"Sec-Fetch-Dest": destination, "Sec-Fetch-Site": "cross-site"}
        assert (await client.get(path, headers=headers)).status_code == 403
        headers = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "cross-site"}
        assert (await client.get(path, headers=headers)).status_code == 303

    async def test_nobody_is_signed_in_to_the_account_of_another_sites_author(
        self, client: httpx.AsyncClient, database: Database, check_problem: CheckProblem
    ) -> None:
        await client.get(await link(database, "victim"))
        headers = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "cross-site"}
        answer = await client.get(await link(database, "attacker"), headers=headers)
        check_problem(answer, 403, "cross-site-request")
        assert (await client.get("/api/v1/me")).json()["name"] == "victim"


class TestIds:
    """Ids of what is another person's."""

    async def test_anothers_is_as_good_as_none(
        self, submit: Submit, client: httpx.AsyncClient, ben: Any
    ) -> None:
        theirs, none = (await submit()).json()["id"], str(uuid.uuid4())
        for road in (
            f"{PATH}/{{}}",
            f"{PATH}/{{}}?wait=1",
            f"{PATH}/{{}}/events",
            f"{PATH}?after={{}}",
            "/submissions/{}",
            "/submissions/{}/result",
        ):
            answers = [
                await client.get(road.format(each), headers={**ben.headers, "Last-Event-ID": "0"})
                for each in (theirs, none)
            ]
            assert [answer.status_code for answer in answers] == [404, 404]
            assert answers[0].content == answers[1].content

    @pytest.mark.parametrize("number", ["-1", "9" * 30, "1e3", "NaN", "\u0663", ""])
    async def test_numbers_beyond_reason(
        self,
        number: str,
        submit: Submit,
        client: httpx.AsyncClient,
        ann: Any,
        settings: Settings,
    ) -> None:
        use_settings(settings.model_copy(update={"max_wait_seconds": 0.05}))
        place = (await submit()).headers["location"]
        for path, headers in (
            (f"{PATH}?limit={quote(number)}", {}),
            (f"{place}/events", {"Last-Event-ID": number.encode()}),
            (f"{place}?wait={quote(number.replace('1e3', '1e999'))}", {}),
        ):
            answer = await client.get(path, headers={**ann.headers, **headers})
            # Python takes other scripts' digits for digits; they are numbers in range then. Nobody
            # is refused who asks to wait for longer than the service waits.
            longer = "?wait=" in path and number == "9" * 30
            assert answer.status_code == (200 if longer else 422) or number == "\u0663"


class TestTexts:
    """Texts that a database, a page or an eye takes for something else."""

    # A form that is no UTF-8 is read with U+FFFD in place of what is wrong.
    async def test_of_a_tokens_name(
        self, client: httpx.AsyncClient, ann: Any, count: Callable[[str], int]
    ) -> None:
        for case in NASTY.keys() - {"half a pair"}:
            answer = await client.post(
                "/account/tokens", data={"name": NASTY[case]}, headers=ann.headers
            )
            assert answer.status_code == 422, case
        assert count("api_tokens") == 1

    @pytest.mark.parametrize("case", NASTY)
    def test_of_any_name(self, case: str) -> None:
        with pytest.raises(Invalid, match="can be seen"):
            tidy_name(NASTY[case])

    async def test_names_that_look_the_same_are_the_same(
        self, database: Database, count: Callable[[str], int]
    ) -> None:
        async with database.session() as session:
            for name in (
                *("Zoé Lee", "Zoe\u0301 Lee", "\uff3aoé Lee", " Zoé  Lee "),
                *("Zo\ufe0fé Lee\u3164", "Zoe\u034f\u0301\u00a0 Lee", "Zoé Lee\U000e0101"),
            ):
                await service.ensure_person(session, name, Role.LEARNER)
        assert count("people") == 1

    @pytest.mark.parametrize(
        "content",
        [
            b'{"problem": "zero-last-layer", "source": ' + b"9" * 5000 + b"}",
            b'{"problem": "zero-last-layer", "source": NaN}',
            b'{"source": ' + b'{"a":' * 200_000 + b"1" + b"}" * 200_001,
            b'{"problem": "zero-last-layer", "source": "x", "source": 1}',
            b'\xef\xbb\xbf{"problem": 1}',
        ],
        ids=["a huge number", "NaN", "nested objects", "a key twice", "BOM"],
    )
    async def test_of_a_body(
        self, content: bytes, client: httpx.AsyncClient, ann: Any, check_problem: CheckProblem
    ) -> None:
        headers = {**ann.headers, "Content-Type": "application/json"}
        answer = await client.post(PATH, content=content, headers=headers)
        check_problem(answer, 422, "invalid-request")

    async def test_of_a_form(self, client: httpx.AsyncClient, ann: Any) -> None:
        many = {f"field{number}": "x" for number in range(5000)}
        for options in (
            {"data": many},
            {"files": {"name": ("a.txt", b"x")}},
            {"files": dict.fromkeys(many, (None, "x"))},
        ):
            answer = await client.post("/account/tokens", headers=ann.headers, **options)  # type: ignore[arg-type]
            assert answer.status_code == 422


async def test_one_may_hold_only_so_many_answers_open(
    app: FastAPI, submit: Submit, client: httpx.AsyncClient, ann: Any, ben: Any, count: Any
) -> None:
    notifications: Notifications = app.state.notifications
    place = (await submit()).headers["location"]
    async with contextlib.AsyncExitStack() as held:
        for _ in range(MAX_OPEN_PER_PERSON):
            await held.enter_async_context(notifications.waiting_for(uuid.uuid4(), ann.person.id))
        for path in (f"{place}/events", f"{place}?wait=1"):
            refused = await client.get(path, headers=ann.headers)
            assert refused.status_code == 429
            assert int(refused.headers["retry-after"]) > 0
        assert (await submit(params={"wait": 1})).status_code == 429
        assert count("submissions") == 1
        assert (await client.get(place, headers=ann.headers)).status_code == 200
        body = {"problem": PROBLEM, "source": "x = 1"}
        other = await client.post(PATH, json=body, params={"wait": 0.01}, headers=ben.headers)
        assert other.status_code == 202
    answer = await client.get(place, params={"wait": 0.01}, headers=ann.headers)
    assert answer.status_code == 200


async def raw_get(app: FastAPI, path: str) -> tuple[int, bytes]:
    """Ask for a path as it is written: clients would tidy it up first."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    raw = path.encode("ascii")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(path),
        "raw_path": raw,
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }
    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], body
