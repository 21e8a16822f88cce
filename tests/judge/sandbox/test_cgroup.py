"""Control groups: what this machine has, and the other layouts as their files are."""

from __future__ import annotations

import mmap
import os
from pathlib import Path

import pytest

from judge.sandbox import cgroup
from judge.sandbox.cgroup import CgroupV1, CgroupV2, Polling, available_groups
from judge.sandbox.jail import Jail
from judge.sandbox.policy import Limits


@pytest.fixture
def v2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A unified hierarchy in plain files: what the kernel's would hold for a delegated group."""
    own = tmp_path / "user.slice"
    own.mkdir()
    (own / "cgroup.controllers").write_text("cpu memory pids\n")
    (own / "cgroup.procs").write_text("")
    monkeypatch.setattr(cgroup, "_own_paths", lambda: {"": "/user.slice"})
    return tmp_path


def test_v2_sets_its_limits(v2: Path) -> None:
    group = CgroupV2.discover(v2).create(Limits(memory_mb=300, processes=7))
    (folder,) = (v2 / "user.slice").glob(f"jurax-{os.getpid()}.*/[0-9]*")
    assert (folder / "memory.max").read_text() == str(300 << 20)
    assert (folder / "memory.swap.max").read_text() == "0"
    assert (folder / "pids.max").read_text() == "7"
    group.add(4242)
    assert (folder / "cgroup.procs").read_text() == "4242"


def test_v2_tells_a_memory_kill_by_the_groups_own_events(v2: Path) -> None:
    group = CgroupV2.discover(v2).create(Limits())
    (folder,) = (v2 / "user.slice").glob(f"jurax-{os.getpid()}.*/[0-9]*")
    (folder / "memory.events").write_text("low 0\noom 1\noom_kill 0\n")
    assert not group.memory_exceeded()
    (folder / "memory.events").write_text("low 0\noom 1\noom_kill 1\n")
    assert group.memory_exceeded()


def test_v2_without_the_controllers_is_not_taken(v2: Path) -> None:
    (v2 / "user.slice" / "cgroup.controllers").write_text("cpu\n")
    with pytest.raises(OSError, match="controllers"):
        CgroupV2.discover(v2)


def test_v1_sets_its_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroup, "_own_paths", lambda: {"memory": "/a", "pids": "/"})
    (tmp_path / "memory" / "a").mkdir(parents=True)
    (tmp_path / "pids").mkdir()
    group = CgroupV1.discover(tmp_path).create(Limits(memory_mb=300, processes=7))
    (memory,) = (tmp_path / "memory" / "a").glob(f"jurax-{os.getpid()}.*/[0-9]*")
    (pids,) = (tmp_path / "pids").glob(f"jurax-{os.getpid()}.*/[0-9]*")
    assert (memory / "memory.limit_in_bytes").read_text() == str(300 << 20)
    assert (pids / "pids.max").read_text() == "7"
    (memory / "memory.oom_control").write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 2\n")
    assert group.memory_exceeded()


def test_v1_needs_every_controller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroup, "_own_paths", lambda: {"memory": "/", "pids": "/"})
    (tmp_path / "memory").mkdir()
    with pytest.raises(OSError, match="pids"):
        CgroupV1.discover(tmp_path)


def test_what_a_killed_orchestrator_left_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cgroup, "_own_paths", lambda: {"memory": "/", "pids": "/"})
    left = tmp_path / "memory" / "jurax-999999999.0" / "3"
    left.mkdir(parents=True)
    (tmp_path / "pids").mkdir()
    CgroupV1.discover(tmp_path)
    assert not left.parent.exists()


def test_a_group_that_nobody_closed_goes_with_its_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The owner waited for it, five seconds a controller, and then left both behind."""
    monkeypatch.setattr(cgroup, "_own_paths", lambda: {"memory": "/", "pids": "/"})
    for controller in ("memory", "pids"):
        (tmp_path / controller).mkdir()
    groups = CgroupV1.discover(tmp_path)
    for parent in tmp_path.glob("*/jurax-*"):
        (parent / "0").mkdir()
    groups.close()
    assert not list(tmp_path.glob("*/jurax-*"))


def test_polling_sees_what_was_taken_since() -> None:
    group = Polling().create(Limits(memory_mb=16))
    assert not group.memory_exceeded()
    group.add(os.getpid())
    assert not group.memory_exceeded()
    # A mapping of its own: the allocator could hand out memory that was resident before.
    size = 64 << 20
    with mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as taken:
        taken.write(b"x" * size)
        assert group.memory_exceeded()


def test_without_a_cgroup_a_weak_limit_has_to_be_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(root: Path = cgroup.ROOT) -> None:
        raise OSError

    monkeypatch.setattr(CgroupV1, "discover", missing)
    monkeypatch.setattr(CgroupV2, "discover", missing)
    with pytest.raises(cgroup.SandboxUnavailable, match="--allow-weak-memory-limit"):
        available_groups(allow_weak=False)
    assert available_groups(allow_weak=True).name == "polling (weak)"


def test_closing_one_owners_groups_leaves_anothers(jail: Jail) -> None:
    """Two judges in one process: what one makes last must not need what the other removes."""
    available_groups(allow_weak=False).close()
    with jail.spawn(Limits()) as process:
        assert process.running
