"""A service under measurement: a process tree of its own, a free port, an empty data folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from judge.bench.plain import BenchFailed
from judge.bench.processes import below, used_between
from judge.judge import JudgeSettings
from judge.package import Package
from judge.report import Report
from judge.verdict import Verdict

START_SECONDS = 120.0
READY_SECONDS = 120.0
# The heartbeat that tells of spares comes every two seconds.
_LOOK_SECONDS = 0.25
_WAIT_SECONDS = 60
# At rest are heartbeats and a database that looks after itself.
_REST_SECONDS = 0.5
_REST_SHARE = 0.1
_READY = "Jurax is ready: "


@dataclass(frozen=True)
class Answer:
    """A finished report and how many milliseconds after the request it was here."""

    submission: str
    wall_ms: float
    report: Report


class Service:
    """A service that runs, and a person who may see everything of their submissions. Its methods
    may be called from several threads."""

    def __init__(
        self, package: Package, url: str, token: str, *, spares: int, pid: int, log: Path
    ) -> None:
        self.package = package
        self.spares = spares
        self.pid = pid
        self.log = log
        self.client = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(_WAIT_SECONDS + 30),
            # Connections are given up before the service does, which would cut a request short.
            limits=httpx.Limits(
                max_connections=None, max_keepalive_connections=None, keepalive_expiry=2.0
            ),
            trust_env=False,
        )

    def judge(self, source: str) -> Answer:
        """Hands a program in and waits for its report. BenchFailed unless it is accepted."""
        started = time.perf_counter()
        response = self.post(source, wait=_WAIT_SECONDS)
        document = _document(response)
        while document["status"] != "done":
            path = f"/api/v1/submissions/{document['id']}"
            response = self.client.get(path, params={"wait": _WAIT_SECONDS})
            document = _document(response)
        wall_ms = (time.perf_counter() - started) * 1000
        report = Report.model_validate(document["report"])
        if report.verdict is not Verdict.AC:
            why = report.diagnosis.message if report.diagnosis else ""
            raise BenchFailed(f"The service judged an accepted form {report.verdict}. {why}")
        return Answer(document["id"], wall_ms, report)

    def post(self, source: str, wait: float) -> httpx.Response:
        """Hands a program in."""
        body = {"problem": self.package.slug, "source": source}
        return self.client.post("/api/v1/submissions", params={"wait": wait}, json=body)

    def view(self) -> None:
        """Opens the problem, so that the service prepares for it."""
        _document(self.client.get(f"/api/v1/problems/{self.package.slug}"))

    def settle(self, spares: int | None = None) -> None:
        """Returns when nothing is prepared any more and, by a heartbeat that is younger than this
        call, there are ``spares``: by default one, where the service keeps any."""
        if spares is None:
            spares = min(self.spares, 1)
        asked = time.time()
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if (not spares or self._ready_since(asked) >= spares) and self._rests():
                return
            time.sleep(_LOOK_SECONDS)
        raise BenchFailed(
            f"The service was not at rest with {spares} spares within {READY_SECONDS:.0f} s. "
            f"{said(self.log)}"
        )

    def _ready_since(self, asked: float) -> float:
        """How many spares are ready by a heartbeat after ``asked``; 0 before there was one."""
        metrics = self._metrics()
        beat = metrics.get("jurax_worker_heartbeat_timestamp_seconds", 0.0)
        return metrics["jurax_spares_ready"] if beat > asked else 0.0

    def _rests(self) -> bool:
        """Whether the tree uses next to no CPU time while this looks."""
        before = below(self.pid)
        time.sleep(_REST_SECONDS)
        return used_between(before, below(self.pid)) < _REST_SHARE * _REST_SECONDS

    def _metrics(self) -> dict[str, float]:
        """The metrics without labels."""
        lines = self.client.get("/metrics").raise_for_status().text.splitlines()
        pairs = [line.rsplit(" ", 1) for line in lines if not line.startswith("#")]
        return {name: float(value) for name, value in pairs if "{" not in name}


@contextlib.contextmanager
def running(
    package: Package, settings: JudgeSettings, *, spares: int, log_level: str = "WARNING"
) -> Iterator[Service]:
    """`jurax serve` with this one problem, everything else as it is by default; ended at the end.
    BenchFailed where it does not start."""
    folder = Path(tempfile.mkdtemp(prefix="jurax-bench-"))
    try:
        # The database's user has to reach its folder.
        folder.chmod(0o711)
        problems = folder / "problems"
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(package.root, problems / package.slug, ignore=ignored)
        environment = environment_of(settings) | {
            "JURAX_DATA_DIR": str(folder / "data"),
            "JURAX_PROBLEMS_DIR": str(problems),
            "JURAX_SPARES": str(spares),
            "JURAX_LOG_LEVEL": log_level,
        }
        log = folder / "log"
        with log.open("wb") as errors:
            process = subprocess.Popen(
                jurax("serve", "--port", "0"),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment,
                # A .env file in the working folder would set what is measured.
                cwd=folder,
                text=True,
            )
        try:
            url = _address(process, log)
            token = _token(environment, folder)
            service = Service(package, url, token, spares=spares, pid=process.pid, log=log)
            with service.client:
                service.view()
                yield service
        except httpx.HTTPError as error:
            raise BenchFailed(f"The service did not answer: {error!r}. {said(log)}") from error
        finally:
            _end(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def said(log: Path) -> str:
    """The end of what a service logged, as a sentence."""
    text = log.read_text(errors="replace").strip()[-2000:]
    return f"It logged: {text}" if text else "It logged nothing."


def jurax(*words: str) -> list[str]:
    """The command line of a command of ours."""
    return [sys.executable, "-m", "app.cli", *words]


def environment_of(settings: JudgeSettings) -> dict[str, str]:
    """This process's environment without what sets the service up otherwise."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("JURAX_") and name != "DATABASE_URL"
    }
    return kept | {
        "JURAX_RUNTIME_DIR": str(settings.runtime_dir),
        "JURAX_ALLOW_WEAK_MEMORY_LIMIT": str(settings.allow_weak_memory_limit),
        "JURAX_UNSAFE_NO_SANDBOX": str(settings.unsafe_no_sandbox),
    }


def _address(process: subprocess.Popen[str], log: Path) -> str:
    """Where the service is, once it says that it judges."""
    if process.stdout is None:
        raise TypeError("the service's output is no pipe")
    timer = threading.Timer(START_SECONDS, process.kill)
    timer.start()
    try:
        for line in process.stdout:
            if line.startswith(_READY):
                return line.removeprefix(_READY).strip()
    finally:
        timer.cancel()
    raise BenchFailed(f"The service did not start. {said(log)}")


def _token(environment: dict[str, str], folder: Path) -> str:
    words = jurax("admin", "token", "bench", "--role", "instructor")
    try:
        done = subprocess.run(
            words, env=environment, cwd=folder, capture_output=True, text=True, timeout=60
        )
    except subprocess.TimeoutExpired as error:
        raise BenchFailed("`jurax admin token` took more than a minute.") from error
    if done.returncode:
        raise BenchFailed(f"`jurax admin token` failed: {done.stderr.strip()[-2000:]}")
    return done.stdout.strip()


def _document(response: httpx.Response) -> Any:
    if response.is_error:
        raise BenchFailed(f"The service answered {response.status_code}: {response.text[:500]}")
    return response.json()


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
