"""The jail is a sandbox back end as the judge wants one; without a sandbox one behaves so too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from judge.sandbox.backend import Backend
from judge.sandbox.cgroup import available_groups
from judge.sandbox.identity import sandbox_identity
from judge.sandbox.jail import Jail
from judge.sandbox.policy import Limits
from judge.sandbox.runtime import Runtime, default_root
from judge.sandbox.unsafe import Unsafe
from tests.judge.sandbox.conformance import Behaviour, Isolation

pytestmark = pytest.mark.sandbox


class TestJail(Behaviour, Isolation):
    @pytest.fixture
    def backend(self, jail: Jail) -> Backend:
        return jail


@pytest.fixture(scope="module")
def unsafe() -> Iterator[Unsafe]:
    unsafe = Unsafe(Runtime.load(default_root()), sandbox_identity())
    yield unsafe
    unsafe.close()


@pytest.mark.parametrize("kind", [Jail, Unsafe])
def test_with_a_back_end_end_its_processes(kind: type[Jail]) -> None:
    groups = available_groups(allow_weak=False)
    given = [groups] if kind is Jail else []
    backend = kind(Runtime.load(default_root()), *given, sandbox_identity())
    with backend.spawn(Limits()) as process:
        assert process.running
        backend.close()
        assert not backend.alive
        while process.running:
            pass
    groups.close()


class TestUnsafe(Behaviour):
    @pytest.fixture
    def backend(self, unsafe: Unsafe) -> Backend:
        return unsafe

    def test_what_a_program_started_ends_with_it(self, backend: Backend) -> None:
        source = "import os\ndef solve(x):\n    if (p := os.fork()): return p\n    while True: pass"
        with backend.spawn(Limits()) as process:
            process.load("p", source, "solve", ["x"])
            output = process.call("p", {"x": 1.0}).output
            assert output is not None
            stat = Path(f"/proc/{int(output.leaves[0].value)}/stat")
            assert stat.exists()
        while stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z":
            pass
