"""The service as a person starts it: a process tree that survives what kills its parts."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.db.folder import open_data_folder
from app.db.orphans import server_processes
from app.serve import CannotServe, listen
from app.settings import Settings

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.timeout(300),
    # By one worker, for which the service starts once.
    pytest.mark.xdist_group("serve"),
]

JURAX = Path(sys.executable).parent / "jurax"
START_SECONDS = 120.0

SLOW = """\
import time

time.sleep(2)

def solve(seed, x, num_layers, features):
    return x
"""
# Spares would be prepared after every start, and most tests here start a service. One test waits
# until a worker that was killed is taken for dead.
ENVIRONMENT = os.environ | {"JURAX_SPARES": "0", "JURAX_WORKER_SILENCE_SECONDS": "6"}


@dataclass
class Service:
    """`jurax serve` on a free port, and commands on its data folder."""

    data_dir: Path
    log: Path
    process: subprocess.Popen[bytes] | None = None
    url: str = ""
    sign_in_link: str = ""
    token: str = ""

    def start(self) -> None:
        """Start and wait until it says that it is ready."""
        self.log.touch()
        seen = self.log.stat().st_size
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [JURAX, "serve", "--port", "0", "--data-dir", self.data_dir],
                stdout=output,
                stderr=subprocess.STDOUT,
                env=ENVIRONMENT,
            )
        pattern = re.compile(r"Jurax is ready: (\S+)\nSign in once with: (\S+)\n")

        def ready() -> bool:
            assert self.process is not None
            assert self.process.poll() is None, self.log.read_text()[seen:]
            found = pattern.search(self.log.read_text()[seen:])
            if found is None:
                return False
            self.url, self.sign_in_link = found.groups()
            return True

        wait_for(ready, START_SECONDS)

    def kill(self) -> None:
        """Kill it as the kernel does when memory is short."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self, which: signal.Signals = signal.SIGTERM) -> float:
        """Ask it to stop; how many seconds that took."""
        assert self.process is not None
        started = time.monotonic()
        self.process.send_signal(which)
        self.process.wait(30)
        return time.monotonic() - started

    def run(self, *words: str, code: int = 0) -> str:
        """What a command prints on stdout."""
        done = subprocess.run(
            [JURAX, *words, "--data-dir", self.data_dir],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    def client(self) -> httpx.Client:
        """A learner's client, with one token throughout."""
        if not self.token:
            self.token = self.run("admin", "token", "ann", "--role", "learner").strip()
        return httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {self.token}"}, timeout=90
        )

    def processes(self) -> set[int]:
        """The service's process and all below it."""
        assert self.process is not None
        return descendants(self.process.pid)


@pytest.fixture(scope="module")
def service(open_folder: Path) -> Iterator[Service]:
    """A service of this test process; each test leaves it running."""
    made = Service(open_folder / "serve", open_folder / "serve.log")
    made.start()
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop()


def submit(client: httpx.Client, source: str) -> str:
    """Submit; the submission's path."""
    answer = client.post(
        "/api/v1/submissions", json={"problem": "zero-last-layer", "source": source}
    )
    assert answer.status_code == 202, answer.text
    return answer.headers["location"]


def done(client: httpx.Client, path: str) -> dict[str, Any]:
    """The submission once it is judged."""
    for _ in range(3):
        document: dict[str, Any] = client.get(path, params={"wait": 60}).json()
        if document["status"] == "done":
            return document
    raise AssertionError(f"not judged: {document}")


class TestKill:
    """kill -9 in the middle of a judging."""

    def test_the_attempt_is_judged_after_the_next_start(self, service: Service) -> None:
        with service.client() as client:
            path = submit(client, SLOW)
            wait_for(lambda: bool(client.get(path).json()["cases"]), 60)
            tree = service.processes()
            assert len(tree) > 5
        service.kill()
        # What can write to the data, or judge, is gone; the sandbox's own follow on their own.
        cluster = open_data_folder(service.data_dir).cluster
        wait_for(lambda: not server_processes(cluster), 20)
        wait_for(lambda: not any(alive(process) for process in tree), 20)
        service.start()
        with service.client() as client:
            document = done(client, path)
        assert document["report"]["verdict"] == "WA"
        assert document["attempt"] == 1

    def test_a_killed_worker_is_replaced(self, service: Service) -> None:
        with service.client() as client:
            path = submit(client, SLOW)
            wait_for(lambda: client.get(path).json()["status"] == "running", 60)
            os.kill(worker_of(service), signal.SIGKILL)
            assert done(client, path)["report"]["verdict"] == "WA"

    def test_a_killed_database_is_started_again(self, service: Service) -> None:
        cluster = open_data_folder(service.data_dir).cluster
        postmaster = int((cluster / "postmaster.pid").read_text().splitlines()[0])
        os.kill(postmaster, signal.SIGKILL)
        wait_for(lambda: ready(service), 60)
        with service.client() as client:
            assert done(client, submit(client, "x = "))["report"]["verdict"] == "CE"


class TestStop:
    """SIGTERM and SIGINT."""

    @pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT])
    def test_stops_everything_within_seconds(self, which: signal.Signals, service: Service) -> None:
        with service.client() as client:
            path = submit(client, SLOW)
            wait_for(lambda: client.get(path).json()["status"] == "running", 60)
        tree = service.processes()
        assert service.stop(which) < 15
        assert service.process is not None
        assert service.process.returncode == 0
        wait_for(lambda: not any(alive(process) for process in tree), 10)
        service.start()
        with service.client() as client:
            assert done(client, path)["report"]["verdict"] == "WA"


class TestCommands:
    """Commands on a service's data folder."""

    def test_token_is_all_that_is_printed(self, service: Service) -> None:
        printed = service.run("admin", "token", "carol", "--role", "instructor")
        assert re.fullmatch(r"jurax_[\w-]{43}\n", printed)
        answer = httpx.get(
            f"{service.url}/api/v1/me", headers={"Authorization": f"Bearer {printed.strip()}"}
        )
        assert (answer.json()["name"], answer.json()["role"]) == ("carol", "instructor")

    def test_sign_in_links(self, service: Service) -> None:
        for link in (service.sign_in_link, service.run("signin-link").strip()):
            assert link.startswith(f"{service.url}/signin?token=")
            with httpx.Client(base_url=service.url) as browser:
                assert browser.get(link).status_code == 303
                assert browser.get("/api/v1/me").json()["role"] == "admin"
                assert browser.get(link).status_code == 403
        assert "nobody" in service.run("signin-link", "stranger", code=1)

    def test_a_second_service_is_refused(self, service: Service) -> None:
        said = service.run("serve", "--port", "0", code=2)
        assert service.process is not None
        assert f"process {service.process.pid}" in said
        assert "--data-dir" in said

    def test_a_port_in_use_is_said(self, service: Service, open_folder: Path) -> None:
        port = service.url.rsplit(":", 1)[1]
        done = subprocess.run(
            [JURAX, "serve", "--port", port, "--data-dir", open_folder / "other"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 2
        assert "--port" in done.stderr

    def test_a_port_is_taken_before_its_service_is_ready(self) -> None:
        with listen(Settings(host="127.0.0.1", port=0)) as first:
            port = first.getsockname()[1]
            with pytest.raises(CannotServe, match=rf"127\.0\.0\.1:{port} .* --port"):
                listen(Settings(host="127.0.0.1", port=port))

    def test_submit(
        self,
        service: Service,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        known: Callable[[str], str],
    ) -> None:
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
        token = service.run("admin", "token", "dora", "--role", "learner").strip()
        login = [JURAX, "login", "--url", service.url]
        subprocess.run(login, input=f"{token}\n", text=True, check=True, timeout=60)
        kept = tmp_path / "jurax" / "config.toml"
        assert kept.stat().st_mode & 0o077 == 0
        for path, code in (
            ("accepted/compact_dict_spread.py", 0),
            ("compile_error/syntax_error.py", 1),
        ):
            program = tmp_path / "program.py"
            program.write_text(known(path))
            run = subprocess.run(
                [JURAX, "submit", "zero-last-layer", program],
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert run.returncode == code, run.stdout + run.stderr

    def test_no_secret_is_in_the_log(self, service: Service) -> None:
        used = service.run("signin-link").strip()
        assert httpx.get(used).status_code == 303
        with service.client() as client:
            assert client.get("/api/v1/me").status_code == 200
        wait_for(lambda: "/api/v1/me" in service.log.read_text(), 10)
        log = service.log.read_text()
        printed = re.findall(r"Sign in once with: \S+token=(\S+)", log)
        log = re.sub(r"Sign in once with: \S+", "", log)
        password = open_data_folder(service.data_dir).password_file.read_text()
        for secret in (used.rsplit("=", 1)[1], *printed, service.token, password):
            assert secret not in log
        assert "/signin" in log


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    """Return once the condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def ready(service: Service) -> bool:
    """Whether the service judges."""
    try:
        return httpx.get(f"{service.url}/readyz").status_code == 200
    except httpx.HTTPError:
        return False


def alive(process: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def children() -> dict[int, list[int]]:
    """All processes by their parent."""
    found: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            found.setdefault(parent, []).append(int(entry.name))
    return found


def descendants(process: int) -> set[int]:
    """A process and all below it."""
    by_parent, found, left = children(), set(), [process]
    while left:
        current = left.pop()
        found.add(current)
        left += by_parent.get(current, [])
    return found


def worker_of(service: Service) -> int:
    """The worker's process."""
    assert service.process is not None
    for child in children()[service.process.pid]:
        if b"worker" in Path(f"/proc/{child}/cmdline").read_bytes():
            return child
    raise AssertionError("there is no worker")
