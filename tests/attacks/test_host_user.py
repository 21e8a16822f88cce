"""No process of the sandbox is root on the host, as the host sees it while a program runs."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from judge.judge import Judge
from judge.sandbox.identity import sandbox_identity
from tests.attacks.conftest import problem
from tests.attacks.left_over import descendants

pytestmark = pytest.mark.sandbox


def test_no_process_has_the_hosts_uid_0(judge: Judge) -> None:
    """Seen from the host while a program runs: every process below the launcher."""
    found: set[int] = set()
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            for pid in descendants(os.getpid()):
                status = Path(f"/proc/{pid}/status")
                try:
                    text = status.read_text()
                    maps = status.with_name("cmdline").read_bytes()
                except OSError:
                    continue
                if b"runner.zygote" in maps:
                    line = next(s for s in text.splitlines() if s.startswith("Uid:"))
                    found.update(int(uid) for uid in line.split()[1:])

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        with judge.execution(problem("double"), "def solve(x): return x", "cpu") as execution:
            execution.load()
            while not found:
                pass
    finally:
        stop.set()
        watcher.join()
    assert found == {sandbox_identity().uid}
    assert 0 not in found or sandbox_identity().uid == 0
