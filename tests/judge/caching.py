"""A compilation cache of a test's own, and jails that write it or read it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from judge.sandbox.cgroup import available_groups
from judge.sandbox.identity import sandbox_identity
from judge.sandbox.jail import Jail
from judge.sandbox.runtime import Runtime, default_root


@contextmanager
def empty_cache() -> Iterator[Path]:
    """A folder that the sandbox's user writes and reaches."""
    identity = sandbox_identity()
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        if identity.switches:
            os.chown(name, identity.uid, identity.gid)
        yield Path(name)


@contextmanager
def jail_on(cache: Path, *, writable: bool) -> Iterator[Jail]:
    """A jail with that cache."""
    groups = available_groups(allow_weak=False)
    runtime, identity = Runtime.load(default_root()), sandbox_identity()
    jail = Jail(runtime, groups, identity, cache=cache, cache_writable=writable)
    try:
        yield jail
    finally:
        jail.close()
        groups.close()
