"""The service as one process tree: the API in this process, PostgreSQL and the worker under it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import structlog
import uvicorn
import uvloop
from fastapi import FastAPI
from sqlalchemy import URL

from app.accounts import service as accounts
from app.accounts.names import LOCAL_ADMIN
from app.accounts.service import sign_in_url
from app.db.embedded import EmbeddedPostgres
from app.db.engine import Database
from app.db.errors import DatabaseError
from app.db.running import service_database
from app.main import create_app
from app.models import Role
from app.processes import settle_memory
from app.settings import Settings
from app.supervisor import WorkerSupervisor
from app.worker import heartbeat
from app.worker.repository import forget_workers

# The request line and all headers together.
MAX_HEAD_BYTES = 32 * 1024
# Connections that wait to be taken, as many as Uvicorn lets wait.
_BACKLOG = 2048
# How long open answers may go on after the order to stop.
_GRACE_SECONDS = 3
_WATCH_SECONDS = 1.0
_LOOK_SECONDS = 0.2

log = structlog.get_logger(__name__)


class CannotServe(Exception):
    """The service cannot start; the message says what would put it right."""


@dataclass(frozen=True)
class Address:
    """Where the service is, and the link that signs its owner in."""

    url: str
    sign_in: str


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Prints where, once submissions are judged."""
    listener = listen(settings)
    port = listener.getsockname()[1]
    settings = settings.model_copy(update={"port": port})
    with contextlib.closing(listener), service_database(settings) as (url, server):
        uvloop.run(_Service(settings, url, server, listener).run())


def listen(settings: Settings) -> socket.socket:
    """The socket of the service's address, which nobody else gets from here on; who connects while
    the rest starts waits for it. Raises CannotServe where somebody has the address."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        # With SO_REUSEADDR the address can be bound again until somebody listens there.
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise CannotServe(
            f"Cannot listen on {settings.host}:{settings.port} ({error.strerror}). Stop what "
            "uses the port, or choose another with --port."
        ) from error
    return listener


def server_config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """How requests are read. The parser is h11, since httptools puts no bound on the size of
    headers; ours logs requests, since uvicorn writes queries, which may hold secrets."""
    return uvicorn.Config(
        app,
        http="h11",
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
        ws="none",
        log_config=None,
        access_log=False,
        lifespan="on",
        proxy_headers=settings.public_url is not None,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


class _Server(uvicorn.Server):
    """Uvicorn without its signal handling, which ends the process before the rest has stopped."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Service:
    def __init__(
        self,
        settings: Settings,
        url: URL,
        server: EmbeddedPostgres | None,
        listener: socket.socket,
    ) -> None:
        self._settings = settings
        self._url = url
        self._postgres = server
        self._listener = listener
        self._app = create_app(settings, url)
        self._worker = WorkerSupervisor(settings)
        self._uvicorn = _Server(server_config(self._app, settings))

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for which in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(which, self._stop)
        database = Database(self._url, pool_size=2)
        try:
            await self._prepare(database)
            api = asyncio.create_task(self._uvicorn.serve(sockets=[self._listener]))
            worker = asyncio.create_task(self._worker.run())
            beside = [asyncio.create_task(self._announce(database))]
            if self._postgres is not None:
                beside.append(asyncio.create_task(watch_postgres(self._postgres)))
            done, _ = await asyncio.wait({api, worker}, return_when=asyncio.FIRST_COMPLETED)
            self._stop()
            self._worker.stop()
            for task in beside:
                task.cancel()
            # The worker may still need a moment for a judging; the API ends its open answers.
            await asyncio.gather(api, worker, *beside, return_exceptions=True)
            for task in done:
                task.result()
        finally:
            await database.close()

    def _stop(self) -> None:
        self._uvicorn.should_exit = True
        self._app.state.notifications.let_go()

    async def _prepare(self, database: Database) -> None:
        if self._postgres is None:
            return
        # Nobody else can reach this database, so whoever was judging before is gone: what they
        # left is queued again at once instead of after their heartbeat has run out.
        async with database.session() as session:
            await forget_workers(session)

    async def _announce(self, database: Database) -> None:
        while True:
            if self._uvicorn.started and await self._judges(database):
                break
            await asyncio.sleep(_LOOK_SECONDS)
        async with database.session() as session:
            person = await accounts.ensure_person(session, LOCAL_ADMIN, Role.ADMIN)
            token = await accounts.create_sign_in_token(
                session, person, self._settings.sign_in_link_hours
            )
        settle_memory()
        base = self._settings.base_url
        if self._postgres is not None:
            self._postgres.folder.url_file.write_text(base)
        print(f"Jurax is ready: {base}", flush=True)
        print(f"Sign in once with: {sign_in_url(base, token)}", flush=True)

    async def _judges(self, database: Database) -> bool:
        async with database.session() as session:
            return bool(await heartbeat.alive(session))


async def watch_postgres(server: EmbeddedPostgres) -> None:
    """Start the database server again whenever it is gone, until cancelled."""
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        if not server.running:
            log.error("the database server is gone; starting it again")
            try:
                # In this thread, which must be the main one: the server dies with its thread.
                server.start()
            except (DatabaseError, OSError):
                # The disk may be full, for example, and have room again in a while.
                log.exception("the database server does not start; trying again")
