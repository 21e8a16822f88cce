"""Programs that take more than they may: each gets its verdict within its limit and a second."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from judge.answer import Ending
from judge.sandbox.cgroup import Polling
from judge.sandbox.identity import sandbox_identity
from judge.sandbox.jail import Jail
from judge.sandbox.policy import Limits
from judge.sandbox.runtime import Runtime, default_root
from judge.verdict import Verdict
from tests.attacks.conftest import WALL_S, Attack

pytestmark = pytest.mark.sandbox

LIMIT = {
    "infinite_loop": ("TLE", "def solve(x):\n    while True: pass"),
    "infinite_loop_at_import": ("TLE", "while True: pass"),
    "sleep": ("TLE", "import time\ndef solve(x): time.sleep(1000)"),
    "spin_in_a_thread": (
        "TLE",
        "import threading, time\n"
        "def spin():\n    while True: pass\n"
        "def solve(x):\n    threading.Thread(target=spin).start()\n    time.sleep(1000)",
    ),
    "signal_handlers": (
        "TLE",
        "import signal\n"
        "for n in range(1, 65):\n"
        "    try: signal.signal(n, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\n"
        "def solve(x):\n    while True: pass",
    ),
    "str_of_an_exception_runs_for_ever": (
        "TLE",
        "class E(Exception):\n    def __str__(self):\n        while True: pass\n"
        "def solve(x): raise E",
    ),
    "loop_in_xla": (
        "TLE",
        "import jax\ndef solve(x): return jax.lax.while_loop(lambda v: True, lambda v: v + 1, x)",
    ),
    "memory_balloon": (
        "MLE",
        "def solve(x):\n    kept = []\n    while True: kept.append(bytearray(b'x' * (1 << 24)))",
    ),
    "memory_in_tmp": (
        "RTE",
        "def solve(x):\n    for n in range(100):\n"
        "        with open(f'/tmp/{n}', 'wb') as f: f.write(b'x' * (1 << 24))",
    ),
    "memory_in_jax_buffers": (
        "MLE",
        "import jax.numpy as jnp\ndef solve(x): return jnp.ones((1 << 28,)).sum()",
    ),
    "output_flood": ("OLE", "def solve(x):\n    while True: print('x' * 1000)"),
    "error_flood": (
        "OLE",
        "import os\ndef solve(x):\n    while True: os.write(2, b'x' * 1000)",
    ),
    "output_flood_then_answer": (
        "OLE",
        "def solve(x):\n    print('x' * 100_000)\n    return x + x",
    ),
    "fork_bomb": ("RTE", "import os\ndef solve(x):\n    while True: os.fork()"),
    "fork_bomb_by_libc": (
        "RTE",
        "import ctypes\ndef solve(x):\n"
        "    assert ctypes.CDLL(None).fork() >= 0, 'no process can be started'",
    ),
    "spawn": ("RTE", "import subprocess\ndef solve(x): subprocess.run(['/bin/sh'])"),
    "descriptors": (
        "RTE",
        "def solve(x):\n    kept = []\n    while True: kept.append(open('/dev/null'))",
    ),
    "recursion": ("RTE", "def solve(x): return solve(x)"),
    "os_exit_0": ("RTE", "import os\ndef solve(x): os._exit(0)"),
    "os_exit_at_import": ("RTE", "import os\nos._exit(0)"),
    "sys_exit": ("RTE", "import sys\ndef solve(x): sys.exit(0)"),
    "exit": ("RTE", "def solve(x): exit()"),
    "segfault": ("RTE", "import ctypes\ndef solve(x): ctypes.string_at(0)"),
    "abort": ("RTE", "import os\ndef solve(x): os.abort()"),
    "close_every_descriptor": (
        "RTE",
        "import os\ndef solve(x):\n    os.closerange(0, 256)\n    return x + x",
    ),
}


@pytest.mark.parametrize("name", LIMIT)
def test_its_verdict_comes_in_time(name: str, attack: Attack) -> None:
    verdict, source = LIMIT[name]
    attacked = attack(source)
    assert attacked.verdict == verdict, attacked.said
    assert attacked.report.score == 0
    # Starting processes is not in the limit; a case's is, and a second.
    assert attacked.seconds < 2 * WALL_S + 1


def test_threads_without_end_are_bounded(attack: Attack) -> None:
    attacked = attack(
        """
        import threading, time
        def solve(x):
            while True:
                threading.Thread(target=time.sleep, args=(1000,)).start()
        """
    )
    assert attacked.verdict in (Verdict.RTE, Verdict.TLE)


def test_a_memory_balloon_is_seen_by_polling_too(
    jail_with_polling: Jail,
) -> None:
    """Where no cgroup can be had and the operator accepts that."""
    with jail_with_polling.spawn(Limits(memory_mb=256)) as process:
        process.load("balloon", LIMIT["memory_balloon"][1], "solve", ["x"])
        answer = process.call("balloon", {"x": 1.0})
    assert answer.ended is not None
    assert answer.ended.ending is Ending.MEMORY


@pytest.fixture
def jail_with_polling() -> Iterator[Jail]:
    jail = Jail(Runtime.load(default_root()), Polling(), sandbox_identity())
    yield jail
    jail.close()


def test_a_crash_names_its_signal(attack: Attack) -> None:
    assert "SIGSEGV" in attack("import ctypes\ndef solve(x): ctypes.string_at(0)").said


def test_cases_after_a_crash_run_in_a_fresh_process(attack: Attack) -> None:
    report = attack(
        """
        import os
        state = []
        def solve(x):
            if not state and x.shape != ():
                state.append(1)
                os._exit(1)
            return x + x
        """
    ).report
    assert [case.verdict for case in report.cases] == [Verdict.RTE] * 3
