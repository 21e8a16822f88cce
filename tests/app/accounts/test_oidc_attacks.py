"""What a provider, or who stands between, may try, and what may go wrong. None of it signs anybody
in, and none is an error of the server's."""

from __future__ import annotations

import base64
import hmac
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI, Response
from joserfc.jwk import RSAKey
from pydantic import SecretStr
from sqlalchemy import update

from app.accounts import service
from app.db.base import now
from app.db.engine import Database
from app.models import ProviderVisit
from app.settings import Settings, SignUp
from tests.app.accounts.openid_provider import CLIENT, SECRET, OpenIDProvider, openid_provider

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def listening() -> Iterator[OpenIDProvider]:
    """A provider that listens."""
    with openid_provider() as provider:
        yield provider


@pytest.fixture
def provider(listening: OpenIDProvider, app: FastAPI, settings: Settings) -> OpenIDProvider:
    """The provider, back to what is right, set as the one of the service."""
    listening.behave()
    app.state.settings = settings.model_copy(
        update={
            "sign_up": SignUp.OPEN,
            "max_failed_sign_ins": 1000,
            "oidc_issuer": listening.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SecretStr(SECRET),
        }
    )
    return listening


@pytest.fixture
async def other_browser(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Another browser."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as made:
        yield made


async def leave(client: httpx.AsyncClient, **params: str) -> str:
    """Where a browser is sent."""
    answer = await client.get("/signin/oidc", params=params)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def is_refused(client: httpx.AsyncClient, back: str, status: int) -> str:
    """Asserts that nobody is signed in by coming back so; the page."""
    answer = await client.get(back, headers=HTML)
    assert answer.status_code == status, answer.text
    assert "jurax_session" not in client.cookies
    assert (await client.get("/api/v1/me")).status_code == 401
    assert 'role="alert"' in answer.text
    assert 'action="/signin"' in answer.text
    return answer.text


class TestSignsIn:
    """What all the attacks below are one step from."""

    async def test_who_has_signed_in_at_the_provider(
        self, client: httpx.AsyncClient, provider: OpenIDProvider
    ) -> None:
        back = provider.authorize(await leave(client), name="Zoe", email="z@example.com")
        answer = await client.get(back)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "jurax_visit" not in client.cookies
        assert (await client.get("/api/v1/me")).json()["name"] == "Zoe"

    async def test_and_no_secret_of_it_is_logged(
        self,
        client: httpx.AsyncClient,
        provider: OpenIDProvider,
        caplog: pytest.LogCaptureFixture,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        caplog.set_level(logging.DEBUG)
        # The browser's own, and the provider's.
        for name in ("httpx", "uvicorn.access"):
            caplog.set_level(logging.WARNING, name)
        back = provider.authorize(await leave(client), email="z@example.com")
        secrets = [SECRET, client.cookies["jurax_visit"], "z@example.com"]
        secrets += [value[0] for value in parse_qs(urlsplit(back).query).values()]
        granted = next(iter(provider.codes.values()))["query"]
        secrets += [granted["nonce"], granted["state"]]
        assert (await client.get(back)).status_code == 303
        provider.answers["/token"] = Response('{"id_token": 7, "access_token": "shown"}', 200)
        client.cookies.clear()
        await client.get(provider.authorize(await leave(client)))
        said = caplog.text + "".join(capsys.readouterr())
        assert "the OpenID provider failed" in said
        for secret in (*secrets, "shown"):
            assert secret not in said, secret

    async def test_with_clocks_a_little_apart(
        self, client: httpx.AsyncClient, provider: OpenIDProvider
    ) -> None:
        provider.alter = lambda claims: {
            **claims,
            "iat": int(time.time()) + 30,
            "exp": int(time.time()) - 30,
        }
        answer = await client.get(provider.authorize(await leave(client)))
        assert answer.status_code == 303

    async def test_after_the_provider_has_changed_its_keys(
        self, client: httpx.AsyncClient, provider: OpenIDProvider
    ) -> None:
        assert (await client.get(provider.authorize(await leave(client)))).status_code == 303
        client.cookies.clear()
        provider.asked.clear()
        assert (await client.get(provider.authorize(await leave(client)))).status_code == 303
        assert provider.asked == ["/token", "/userinfo"]
        client.cookies.clear()
        provider.key = RSAKey.generate_key(2048)
        provider.asked.clear()
        assert (await client.get(provider.authorize(await leave(client)))).status_code == 303
        assert provider.asked == ["/token", "/jwks", "/userinfo"]

    async def test_with_an_address_that_only_the_userinfo_has(
        self, client: httpx.AsyncClient, provider: OpenIDProvider, database: Database, ann: Any
    ) -> None:
        async with database.session() as session:
            await service.set_email(session, ann.person, "ann@example.com")
        provider.userinfo = {"email": "ann@example.com", "email_verified": True}
        assert (await client.get(provider.authorize(await leave(client)))).status_code == 303
        assert (await client.get("/api/v1/me")).json()["name"] == "ann"


WRONG_CLAIMS: list[dict[str, Any]] = [
    {"nonce": "another"},
    {"aud": "another"},
    {"aud": ["another", "third"]},
    {"aud": [CLIENT, "another"]},
    {"aud": [CLIENT, "another"], "azp": "another"},
    {"aud": []},
    {"aud": {"jurax": 1}},
    {"iss": "https://another.example"},
    {"iss": None},
    {"exp": 1000},
    {"exp": "tomorrow"},
    {"exp": -(10**400)},
    {"iat": 99999999999},
    {"nbf": 99999999999},
    {"at_hash": "AAAA"},
    {"at_hash": ["AAAA"]},
    {"sub": None},
    {"sub": ""},
    {"sub": 7},
    {"sub": "zoe\0"},
    {"sub": "zoe\ud800"},
    {"sub": "z" * 256},
]


class TestTokens:
    """ID tokens that are not of this provider, for us, now, for this visit."""

    async def test_with_a_wrong_claim(
        self, client: httpx.AsyncClient, provider: OpenIDProvider
    ) -> None:
        for wrong in WRONG_CLAIMS:
            provider.alter = lambda claims, wrong=wrong: {**claims, **wrong}  # type: ignore[misc]
            text = await is_refused(client, provider.authorize(await leave(client)), 424)
            assert "does not answer" in text or "says who you are" in text, wrong

    async def test_without_a_claim(
        self, client: httpx.AsyncClient, provider: OpenIDProvider
    ) -> None:
        for name in ("iss", "sub", "aud", "exp", "iat", "nonce"):
            provider.alter = lambda claims, name=name: {  # type: ignore[misc]
                key: value for key, value in claims.items() if key != name
            }
            await is_refused(client, provider.authorize(await leave(client)), 424)

    async def test_with_alg_none(self, client: httpx.AsyncClient, provider: OpenIDProvider) -> None:
        provider.algorithm = "none"
        await is_refused(client, provider.authorize(await leave(client)), 424)

    async def test_with_the_public_key_as_a_secret(
        self, client: httpx.AsyncClient, provider: OpenIDProvider
    ) -> None:
        def sign(claims: dict[str, Any]) -> str:
            header = {"alg": "HS256", "kid": provider.key.kid}
            parts = [json.dumps(part).encode() for part in (header, claims)]
            text = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
            digest = hmac.digest(provider.key.as_pem(private=False), text, "sha256")
            return (text + b"." + base64.urlsafe_b64encode(digest).rstrip(b"=")).decode()

        provider.key.ensure_kid()
        provider.sign = sign  # type: ignore[method-assign]
        await is_refused(client, provider.authorize(await leave(client)), 424)

    async def test_of_another_key(
        self, client: httpx.AsyncClient, provider: OpenIDProvider
    ) -> None:
        provider.signing_key = RSAKey.generate_key(2048)
        await is_refused(client, provider.authorize(await leave(client)), 424)

    async def test_of_another_key_under_the_same_name(
        self, client: httpx.AsyncClient, provider: OpenIDProvider
    ) -> None:
        provider.key.ensure_kid()
        provider.signing_key = RSAKey.generate_key(2048, {"kid": provider.key.kid or ""})
        await is_refused(client, provider.authorize(await leave(client)), 424)

    async def test_with_a_signature_cut_off(
        self, client: httpx.AsyncClient, provider: OpenIDProvider
    ) -> None:
        whole = provider.sign
        provider.sign = lambda claims: whole(claims).rpartition(".")[0] + "."  # type: ignore[method-assign]
        await is_refused(client, provider.authorize(await leave(client)), 424)

    async def test_with_userinfo_about_somebody_else(
        self, client: httpx.AsyncClient, provider: OpenIDProvider
    ) -> None:
        provider.userinfo = {"sub": "another", "email": "a@example.com", "email_verified": True}
        await is_refused(client, provider.authorize(await leave(client)), 424)


class TestVisits:
    """Coming back otherwise than one left."""

    async def test_with_another_state(
        self, client: httpx.AsyncClient, provider: OpenIDProvider
    ) -> None:
        back = provider.authorize(await leave(client))
        code = parse_qs(urlsplit(back).query)["code"][0]
        text = await is_refused(client, f"/signin/oidc/callback?code={code}&state=other", 403)
        assert "Begin again" in text
        assert provider.codes

    async def test_twice(self, client: httpx.AsyncClient, provider: OpenIDProvider) -> None:
        back = provider.authorize(await leave(client))
        cookies = dict(client.cookies)
        code = parse_qs(urlsplit(back).query)["code"][0]
        granted = provider.codes[code]
        assert (await client.get(back)).status_code == 303
        client.cookies.clear()
        client.cookies.update(cookies)
        # Even with a provider that takes a code twice.
        provider.codes[code] = granted
        await is_refused(client, back, 403)

    async def test_in_another_browser(
        self, client: httpx.AsyncClient, other_browser: httpx.AsyncClient, provider: OpenIDProvider
    ) -> None:
        back = provider.authorize(await leave(client))
        await is_refused(other_browser, back, 403)
        await leave(other_browser)
        await is_refused(other_browser, back, 403)
        assert (await client.get(back)).status_code == 303

    async def test_with_a_code_of_another_visit(
        self, client: httpx.AsyncClient, other_browser: httpx.AsyncClient, provider: OpenIDProvider
    ) -> None:
        stolen = parse_qs(urlsplit(provider.authorize(await leave(client))).query)["code"][0]
        mine = provider.authorize(await leave(other_browser))
        state = parse_qs(urlsplit(mine).query)["state"][0]
        back = f"/signin/oidc/callback?code={stolen}&state={state}"
        await is_refused(other_browser, back, 403)

    async def test_too_late(
        self, client: httpx.AsyncClient, provider: OpenIDProvider, database: Database
    ) -> None:
        back = provider.authorize(await leave(client))
        async with database.session() as session:
            before = now() - timedelta(seconds=1)
            await session.execute(update(ProviderVisit).values(expires_at=before))
        await is_refused(client, back, 403)

    async def test_from_two_tabs(self, client: httpx.AsyncClient, provider: OpenIDProvider) -> None:
        first, second = await leave(client, next="/docs"), await leave(client)
        assert parse_qs(urlsplit(first).query)["nonce"] != parse_qs(urlsplit(second).query)["nonce"]
        answer = await client.get(provider.authorize(first))
        assert (answer.status_code, answer.headers["location"]) == (303, "/docs")

    async def test_from_another_issuer(
        self, client: httpx.AsyncClient, provider: OpenIDProvider, app: FastAPI
    ) -> None:
        back = provider.authorize(await leave(client))
        await is_refused(client, f"{back}&iss=https%3A%2F%2Fevil.example", 424)
        provider.metadata = {"authorization_response_iss_parameter_supported": True}
        app.state.oidc_provider = None
        await is_refused(client, provider.authorize(await leave(client)), 424)
        back = provider.authorize(await leave(client))
        assert (await client.get(f"{back}&iss={provider.issuer}")).status_code == 303

    async def test_without_having_signed_in(
        self, client: httpx.AsyncClient, provider: OpenIDProvider
    ) -> None:
        state = parse_qs(urlsplit(await leave(client)).query)["state"][0]
        place = f"/signin/oidc/callback?state={state}&error=access_denied"
        text = await is_refused(client, f"{place}&error_description=call+0900+now", 403)
        assert "cancelled" in text
        assert "0900" not in text

    async def test_only_so_often(
        self, client: httpx.AsyncClient, provider: OpenIDProvider, app: FastAPI
    ) -> None:
        app.state.settings = app.state.settings.model_copy(update={"max_failed_sign_ins": 1})
        for status in (*[403] * 10, 429):
            await is_refused(client, "/signin/oidc/callback?code=x&state=y", status)
        # Who has a password is not shut out by it.
        form = {"email": "a@example.com", "password": "wrong"}
        assert (await client.post("/signin", data=form)).status_code == 403

    async def test_of_a_provider_that_fails_count_for_nobody(
        self,
        client: httpx.AsyncClient,
        provider: OpenIDProvider,
        app: FastAPI,
        count: Callable[[str], int],
    ) -> None:
        app.state.settings = app.state.settings.model_copy(update={"max_failed_sign_ins": 1})
        before = count("audit_entries")
        for _ in range(11):
            location = await leave(client)
            provider.answers["/token"] = Response("no", 500)
            await is_refused(client, provider.authorize(location), 424)
        assert count("audit_entries") == before

    async def test_with_what_makes_no_sense(
        self, client: httpx.AsyncClient, provider: OpenIDProvider
    ) -> None:
        for place, status in (
            ("?code=x", 403),
            ("", 403),
            ("?code=%00&state=%00", 403),
            ("?code=%ED%A0%80&state=%ED%A0%80", 403),
            (f"?state={'x' * 201}", 422),
            (f"?state=y&code={'x' * 4001}", 422),
        ):
            answer = await client.get(f"/signin/oidc/callback{place}")
            assert answer.status_code == status, place
        back = provider.authorize(await leave(client)).partition("&")[2]
        for code in ("%00", "%ED%A0%80", "x" * 4000, "%22%0d%0aX-Y:1"):
            await is_refused(client, f"/signin/oidc/callback?{back}&code={code}", 403)
            back = provider.authorize(await leave(client)).partition("&")[2]


NONSENSE = [
    Response("no", 500),
    Response("<html>", 200),
    Response("[]", 200),
    Response("{}", 200),
    Response('{"keys": 7, "issuer": [], "id_token": {}, "access_token": null}', 200),
    Response("[" * 100_000, 200),
    Response(b"\xff\xfe", 200),
    Response("{" + " " * 600_000 + "}", 200),
    Response(b"x", 200, {"Content-Encoding": "gzip"}),
    Response("", 302, {"Location": "http://127.0.0.1:9/"}),
]


class TestProviderFails:
    """A provider that is down or answers nonsense takes nothing down with it."""

    async def test_by_not_being_there(
        self, client: httpx.AsyncClient, provider: OpenIDProvider, app: FastAPI, ann: Any
    ) -> None:
        gone = {"oidc_issuer": "http://127.0.0.1:9"}
        app.state.settings = app.state.settings.model_copy(update=gone)
        answer = await client.get("/signin/oidc", headers=HTML)
        assert answer.status_code == 424
        assert "does not answer" in answer.text
        assert 'action="/signin"' in answer.text
        assert (await client.get("/signin/help", headers=HTML)).status_code == 200
        assert (await client.get("/api/v1/me", headers=ann.headers)).status_code == 200

    @pytest.mark.parametrize(
        "path", ["/.well-known/openid-configuration", "/token", "/jwks", "/userinfo"]
    )
    async def test_by_answering_nonsense(
        self, client: httpx.AsyncClient, provider: OpenIDProvider, path: str, app: FastAPI
    ) -> None:
        for answer in NONSENSE:
            app.state.oidc_provider = None
            provider.behave()
            if path == "/.well-known/openid-configuration":
                provider.answers[path] = answer
                assert (await client.get("/signin/oidc", headers=HTML)).status_code == 424
            else:
                location = await leave(client)
                provider.answers[path] = answer
                await is_refused(client, provider.authorize(location), 424)
            assert provider.asked[-1] == path

    async def test_by_sending_us_elsewhere(
        self, client: httpx.AsyncClient, provider: OpenIDProvider
    ) -> None:
        for metadata in (
            {"issuer": "https://another.example"},
            {"token_endpoint": "http://intranet.example/token"},
            {"jwks_uri": "file:///etc/passwd"},
            {"userinfo_endpoint": "gopher://127.0.0.1"},
            {"authorization_endpoint": "javascript:alert(1)"},
            {"token_endpoint": "https://user:password@elsewhere.example"},
        ):
            provider.metadata = metadata
            assert (await client.get("/signin/oidc", headers=HTML)).status_code == 424
