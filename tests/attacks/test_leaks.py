"""After many runs nothing is left: no process, descriptor, thread, cgroup or mount."""

from __future__ import annotations

import os

import pytest

from judge.sandbox.cgroup import ROOT, available_groups
from judge.sandbox.identity import sandbox_identity
from judge.sandbox.jail import Jail
from judge.sandbox.policy import Limits
from judge.sandbox.runtime import Runtime, default_root
from tests.attacks.left_over import left_over

pytestmark = pytest.mark.sandbox

PROGRAMS = (
    "def solve(x): return x",
    "import os\ndef solve(x): os._exit(1)",
    "import ctypes\ndef solve(x): ctypes.string_at(0)",
    "def solve(x):\n    open('/tmp/left', 'w').write('left')\n    return x",
    "import threading, time\n"
    "def solve(x):\n    threading.Thread(target=time.sleep, args=(1000,)).start()\n    return x",
    "def solve(x): print('x' * 100_000)",
    "def solve(x:",
)


def run(jail: Jail, rounds: int) -> None:
    for number in range(rounds):
        with jail.spawn(Limits()) as process:
            process.load("p", PROGRAMS[number % len(PROGRAMS)], "solve", ["x"])
            if process.alive:
                process.call("p", {"x": 1.0})


@pytest.mark.parametrize("rounds", [pytest.param(200), pytest.param(1000, marks=pytest.mark.soak)])
def test_nothing_is_left(rounds: int) -> None:
    groups = available_groups(allow_weak=False)
    jail = Jail(Runtime.load(default_root()), groups, sandbox_identity())
    try:
        run(jail, len(PROGRAMS))
        before = left_over()
        run(jail, rounds)
        assert left_over() == before
    finally:
        jail.close()
        groups.close()
    assert not list(ROOT.rglob(f"jurax-{os.getpid()}.*/[0-9]*"))
