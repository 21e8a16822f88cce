"""What one client may use of the service: sizes, time, tries, submissions, streams."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import URL, update

from app.accounts import service
from app.accounts.throttle import WINDOW, network_of_host
from app.db.base import now
from app.db.engine import Database
from app.main import create_app
from app.models import Role, SignInTries
from app.serve import MAX_HEAD_BYTES
from app.settings import Settings, use_settings
from tests.app.serving import serving

CheckProblem = Callable[[httpx.Response, int, str], dict[str, Any]]
Submit = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
def address(url: URL, settings: Settings) -> Iterator[tuple[str, int]]:
    """The service on a port, impatient."""
    hurried = settings.model_copy(update={"max_body_seconds": 0.3})
    with serving(create_app(hurried, url), hurried) as base:
        parts = urlsplit(base)
        yield str(parts.hostname), int(parts.port or 0)


def answer(address: tuple[str, int], request: bytes) -> bytes:
    """What the service says to raw bytes, until it closes or has said a whole head."""
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(request)
        said = b""
        while b"\r\n\r\n" not in said and (part := connection.recv(65_536)):
            said += part
    return said


class TestRequests:
    """What is read of a request, and for how long."""

    def test_a_head_without_end_is_cut_off(self, address: tuple[str, int]) -> None:
        head = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * (2 * MAX_HEAD_BYTES)
        assert answer(address, head).startswith(b"HTTP/1.1 400 ")

    def test_a_large_head_is_read(self, address: tuple[str, int]) -> None:
        head = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * (MAX_HEAD_BYTES // 2)
        assert answer(address, head + b"\r\n\r\n").startswith(b"HTTP/1.1 200 ")

    def test_a_body_that_trickles_is_given_up(self, address: tuple[str, int], ann: Any) -> None:
        head = (
            "POST /api/v1/submissions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Content-Length: 100\r\nAuthorization: Bearer {ann.token}\r\n\r\n{{"
        )
        assert answer(address, head.encode()).startswith(b"HTTP/1.1 408 ")

    def test_an_announced_size_is_refused_unread(self, address: tuple[str, int]) -> None:
        head = (
            b"POST /api/v1/submissions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 99999999999\r\n\r\n"
        )
        assert answer(address, head).startswith(b"HTTP/1.1 413 ")

    @pytest.mark.parametrize(
        "lengths",
        [
            b"Content-Length: 5\r\nContent-Length: 6",
            b"Content-Length: 5, 6",
            b"Content-Length: -1",
            b"Content-Length: +5",
            b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            b"Transfer-Encoding: gzip, chunked",
        ],
    )
    def test_a_length_that_a_proxy_could_read_otherwise_is_refused(
        self, lengths: bytes, address: tuple[str, int]
    ) -> None:
        head = b"POST /signout HTTP/1.1\r\nHost: x\r\n" + lengths + b"\r\n\r\n"
        assert answer(address, head + b"0\r\n\r\n")[:10] in (b"HTTP/1.1 4", b"HTTP/1.1 5")


class TestSignIn:
    """Tries to sign in, counted by network."""

    async def test_a_network_may_fail_only_so_often(
        self,
        app: FastAPI,
        settings: Settings,
        database: Database,
        check_problem: CheckProblem,
    ) -> None:
        app.state.settings = settings.model_copy(update={"max_failed_sign_ins": 3})
        async with database.session() as session:
            person = await service.ensure_person(session, "you", Role.ADMIN)
            token = await service.create_sign_in_token(session, person, 1)
        async with client_from(app, "2001:db8::1") as guesser:
            answers = await asyncio.gather(*(guesser.get("/signin?token=x") for _ in range(6)))
            assert sorted(a.status_code for a in answers) == [403, 403, 403, 429, 429, 429]
            # A right one is refused as well, else guessing would go on.
            refused = await guesser.get(f"/signin?token={token}")
            check_problem(refused, 429, "too-many-tries")
            assert int(refused.headers["retry-after"]) > 0
        async with client_from(app, "2001:db8::ffff:2") as same_network:
            assert (await same_network.get("/signin?token=x")).status_code == 429
        async with client_from(app, "2001:db8:1::1") as another:
            for _ in range(3):
                assert (await another.get("/signin?token=x")).status_code == 403
            async with database.session() as session:
                await session.execute(update(SignInTries).values(since=now() - WINDOW))
            assert (await another.get(f"/signin?token={token}")).status_code == 303

    def test_ipv4_on_a_socket_for_both_is_not_one_network(self) -> None:
        assert network_of_host("::ffff:192.0.2.1") == network_of_host("192.0.2.1")
        assert network_of_host("::ffff:192.0.2.1") != network_of_host("::ffff:192.0.2.2")

    async def test_those_who_succeed_are_not_counted(
        self, app: FastAPI, settings: Settings, database: Database
    ) -> None:
        app.state.settings = settings.model_copy(update={"max_failed_sign_ins": 2})
        async with client_from(app, "192.0.2.1") as classroom:
            for number in range(4):
                async with database.session() as session:
                    person = await service.ensure_person(session, f"p{number}", Role.LEARNER)
                    token = await service.create_sign_in_token(session, person, 1)
                assert (await classroom.get(f"/signin?token={token}")).status_code == 303


async def test_one_may_submit_only_so_much_within_an_hour(
    submit: Submit, settings: Settings, check_problem: CheckProblem, count: Callable[[str], int]
) -> None:
    use_settings(settings.model_copy(update={"max_submitted_per_hour": 3}))
    answers = await asyncio.gather(*(submit(f"x = {number}") for number in range(5)))
    assert sorted(answer.status_code for answer in answers) == [202, 202, 202, 429, 429]
    refused = next(answer for answer in answers if answer.status_code == 429)
    check_problem(refused, 429, "too-many-submitted")
    assert count("submissions") == 3


def client_from(app: FastAPI, host: str) -> httpx.AsyncClient:
    """A client with an address."""
    transport = httpx.ASGITransport(app=app, client=(host, 1234))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")
