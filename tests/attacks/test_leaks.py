"""After many runs nothing is left: no process, descriptor, thread, cgroup or mount."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from judge.sandbox.cgroup import ROOT, available_groups
from judge.sandbox.identity import sandbox_identity
from judge.sandbox.jail import Jail
from judge.sandbox.policy import Limits
from judge.sandbox.runtime import Runtime, default_root

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


def left_over(jail: Jail) -> dict[str, object]:
    """What there is now of everything that a run makes."""
    mine = [str(p) for p in ROOT.rglob(f"jurax-{os.getpid()}.*/*") if p.is_dir()]
    return {
        "processes": len(descendants(os.getpid())),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "threads": threading.active_count(),
        "groups": sorted(mine),
        "mounts": len(Path("/proc/self/mounts").read_text().splitlines()),
    }


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
        before = left_over(jail)
        run(jail, rounds)
        assert left_over(jail) == before
    finally:
        jail.close()
        groups.close()
    assert not list(ROOT.rglob(f"jurax-{os.getpid()}.*/[0-9]*"))


def descendants(pid: int) -> set[int]:
    """Every process below ``pid``."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found: set[int] = set()
    while more := {p for p, parent in parents.items() if parent in found | {pid}} - found:
        found |= more
    return found
