"""When the orchestrator is killed, what computes for it ends too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.sandbox

ORCHESTRATOR = '''
import time
from judge.sandbox.cgroup import Polling
from judge.sandbox.identity import sandbox_identity
from judge.sandbox.jail import Jail
from judge.sandbox.policy import Limits
from judge.sandbox.unsafe import Unsafe
from judge.sandbox.runtime import Runtime, default_root

SPIN = """
import threading
def spin():
    while True: pass
threading.Thread(target=spin).start()
def solve(x): return x
"""
runtime, identity = Runtime.load(default_root()), sandbox_identity()
backend = {backend}
process = backend.spawn(Limits())
process.load("p", SPIN, "solve", ["x"])
print(process.pid, flush=True)
time.sleep(1000)
'''


@pytest.mark.parametrize(
    "backend", ["Jail(runtime, Polling(), identity)", "Unsafe(runtime, identity)"]
)
def test_a_program_does_not_outlive_the_orchestrator(backend: str) -> None:
    command = [sys.executable, "-c", ORCHESTRATOR.replace("{backend}", backend)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as orchestrator:
        assert orchestrator.stdout is not None
        stat = Path(f"/proc/{int(orchestrator.stdout.readline())}/stat")
        assert stat.exists()
        orchestrator.kill()
    while _lives(stat):
        pass


def _lives(stat: Path) -> bool:
    """Whose parent is gone may wait for another to be reaped by."""
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
