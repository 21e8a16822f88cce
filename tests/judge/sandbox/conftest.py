from __future__ import annotations

from collections.abc import Iterator

import pytest

from judge.sandbox.cgroup import available_groups
from judge.sandbox.identity import sandbox_identity
from judge.sandbox.jail import Jail
from judge.sandbox.runtime import Runtime, default_root

pytest.register_assert_rewrite("tests.judge.sandbox.conformance")


@pytest.fixture(scope="session")
def jail() -> Iterator[Jail]:
    """A jail without a compilation cache."""
    groups = available_groups(allow_weak=False)
    jail = Jail(Runtime.load(default_root()), groups, sandbox_identity())
    yield jail
    jail.close()
    groups.close()
