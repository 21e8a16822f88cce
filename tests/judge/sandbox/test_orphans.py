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
from judge.sandbox.runtime import Runtime, default_root

SPIN = """
import threading
def spin():
    while True: pass
threading.Thread(target=spin).start()
def solve(x): return x
"""
jail = Jail(Runtime.load(default_root()), Polling(), sandbox_identity())
process = jail.spawn(Limits())
process.load("p", SPIN, "solve", ["x"])
print(process.pid, flush=True)
time.sleep(1000)
'''


def test_a_program_does_not_outlive_the_orchestrator() -> None:
    command = [sys.executable, "-c", ORCHESTRATOR]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as orchestrator:
        assert orchestrator.stdout is not None
        stat = Path(f"/proc/{int(orchestrator.stdout.readline())}/stat")
        assert stat.exists()
        orchestrator.kill()
    while stat.exists():
        pass
