"""A real service, and visitors with a real browser who notice what should not happen."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import service as accounts
from app.db.embedded import embedded_url
from app.db.engine import Database
from app.db.folder import open_data_folder
from app.roles import Role

Made = TypeVar("Made")

JURAX = Path(sys.executable).parent / "jurax"
START_SECONDS = 120.0
STOP_SECONDS = 30.0

DESK = {"width": 1440, "height": 900}

# A busy machine is no reason to fail.
WAIT_MS = 20_000
expect.set_options(timeout=WAIT_MS)


@dataclass(frozen=True)
class Service:
    """A running service with a data folder of its own."""

    url: str
    sign_in_link: str
    data_dir: Path

    def link_for(self, name: str) -> str:
        """A link that signs in the learner of that name, who is made if need be."""

        async def make(session: AsyncSession) -> str:
            await accounts.ensure_person(session, name, Role.LEARNER)
            return await self._link(session, name)

        return self.write(make)

    def link_of(self, name: str) -> str:
        """A link that signs in somebody who is there."""
        return self.write(lambda session: self._link(session, name))

    async def _link(self, session: AsyncSession, name: str) -> str:
        person = await accounts.find_person(session, name)
        token = await accounts.create_sign_in_token(session, person, hours=1)
        return accounts.sign_in_url(self.url, token)

    def write(self, make: Callable[[AsyncSession], Awaitable[Made]]) -> Made:
        """What ``make`` gives, in a session of the service's own database, which is committed."""

        async def work() -> Made:
            database = Database(embedded_url(open_data_folder(self.data_dir)))
            try:
                async with database.session() as session:
                    return await make(session)
            finally:
                await database.close()

        # The browser's own loop runs in this thread.
        with ThreadPoolExecutor(1) as threads:
            return threads.submit(lambda: asyncio.run(work())).result()

    def run(self, *words: str | Path) -> str:
        """What a command says that works on the same data."""
        done = subprocess.run(
            [JURAX, *words, "--data-dir", self.data_dir],
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.stdout.strip()


class Host:
    """A data folder, and the service on it while it runs.

    It keeps one spare, or none: as many as a worker keeps by default take half a minute of a core
    to prepare, which the browsers need.
    """

    def __init__(self, *options: str | Path, spares: int = 1) -> None:
        # Not in pytest's own folder, which is closed to the user that the database runs as.
        self.data_dir = Path(tempfile.mkdtemp(prefix="jurax-e2e-"))
        self.data_dir.chmod(0o755)
        self._options = options
        self._environment = os.environ | {"JURAX_SPARES": str(spares)}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, port: int = 0) -> Service:
        """`jurax serve` on that port, where it is 0 on a free one; ready to judge."""
        log = self.data_dir / "serve.log"
        command = [JURAX, "serve", "--port", str(port), "--data-dir", self.data_dir, *self._options]
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                env=self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        url, link = _wait_until_ready(self._process, log)
        return Service(url, link, self.data_dir)

    def stop(self) -> None:
        """End the service. Its data stay."""
        if self._process is not None:
            _stop(self._process)
            self._process = None

    def close(self) -> None:
        """End the service and remove its data."""
        self.stop()
        shutil.rmtree(self.data_dir, ignore_errors=True)


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """`jurax serve` on a free port, ready to judge."""
    host = Host()
    try:
        yield host.start()
    finally:
        host.close()


@dataclass
class Watch:
    """What a visitor's browser did that it should not: errors on the console (violations of the
    content security policy are such), uncaught exceptions, requests to other hosts."""

    host: str
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, text: str) -> None:
        """Console errors with this text are part of the test."""
        self.expected.append(text)

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(
            text in message.text for text in self.expected
        ):
            self.complaints.append(f"console {message.type}: {message.text}")

    def on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self.host:
            self.complaints.append(f"a request to another host: {request.url}")

    def attach(self, context: BrowserContext) -> None:
        context.on("console", self.on_console)
        context.on("request", self.on_request)
        context.on("weberror", lambda error: self.complaints.append(f"exception: {error.error}"))


@dataclass(frozen=True)
class Visitor:
    """A page in a browser of its own, and what is noticed about it."""

    page: Page
    watch: Watch


@pytest.fixture
def visit(browser: Browser, service: Service) -> Iterator[Callable[..., Visitor]]:
    """Opens browsers, each with its own cookies and storage; none may have misbehaved."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_browser(**options: Any) -> Visitor:
        context = browser.new_context(
            base_url=service.url, **{"viewport": DESK, "reduced_motion": "reduce"} | options
        )
        context.set_default_timeout(WAIT_MS)
        watch = Watch(urlsplit(service.url).netloc)
        watch.attach(context)
        opened.append((context, watch))
        return Visitor(context.new_page(), watch)

    yield open_browser
    for context, _ in opened:
        context.close()
    complaints = [complaint for _, watch in opened for complaint in watch.complaints]
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, headless and quiet: it calls nobody of its own accord."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.fail("no chromium: `make setup` installs it")
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    quiet += ["--disable-background-networking", "--disable-component-update"]
    # Chromium's own sandbox refuses to work for root.
    return {
        "executable_path": chromium,
        "args": [*quiet, *(["--no-sandbox"] if os.geteuid() == 0 else [])],
    }


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> tuple[str, str]:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        text = log.read_text(encoding="utf-8", errors="replace")
        if process.poll() is not None:
            pytest.fail(f"`jurax serve` ended with {process.returncode}:\n{text}")
        ready = re.search(r"^Jurax is ready: (\S+)$", text, re.MULTILINE)
        link = re.search(r"^Sign in once with: (\S+)$", text, re.MULTILINE)
        if ready and link and _answers(f"{ready[1]}/readyz"):
            return ready[1], link[1]
        time.sleep(0.2)
    pytest.fail(f"`jurax serve` was not ready in {START_SECONDS:.0f} s:\n{log.read_text()}")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(STOP_SECONDS)
