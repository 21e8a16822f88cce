"""Where no cgroup can be had and the operator accepts that, memory is limited by polling."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from judge.answer import Ending
from judge.sandbox.cgroup import Polling
from judge.sandbox.identity import sandbox_identity
from judge.sandbox.jail import Jail
from judge.sandbox.policy import Limits
from judge.sandbox.runtime import Runtime, default_root
from tests.attacks.program import FOLDER

pytestmark = pytest.mark.sandbox


@pytest.fixture
def jail() -> Iterator[Jail]:
    jail = Jail(Runtime.load(default_root()), Polling(), sandbox_identity())
    yield jail
    jail.close()


def test_a_memory_balloon_is_seen(jail: Jail) -> None:
    source = (FOLDER / "programs" / "memory" / "heap.py").read_text()
    with jail.spawn(Limits(memory_mb=256)) as process:
        process.load("balloon", source, "solve", ["x"])
        answer = process.call("balloon", {"x": 1.0})
    assert answer.ended is not None
    assert answer.ended.ending is Ending.MEMORY
