"""CPU time and memory of processes, as the benchmark reads them."""

import os
import subprocess
import sys

import pytest

from judge.bench.processes import below, facts, proportional_mb

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

# Says that it is there, holds some memory, and ends with its input.
CHILD = "import sys; held = b'x' * 50_000_000; print(flush=True); sys.stdin.read()"


def test_a_child_is_seen_while_it_is_there() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        child.stdout.readline()
        assert below(os.getpid())[child.pid].parent == os.getpid()
        held = proportional_mb(child.pid)
        assert held is not None
        assert held > 45
        child.stdin.close()
        child.wait()
        assert child.pid not in below(os.getpid())
        assert (facts(child.pid), proportional_mb(child.pid)) == (None, 0.0)


def test_cpu_time_grows_with_work() -> None:
    before = facts(os.getpid())
    sum(number * number for number in range(2_000_000))
    after = facts(os.getpid())
    assert before is not None
    assert after is not None
    assert after.cpu_s > before.cpu_s
