"""Memory and process limits held by control groups: one interface; v2, v1, and none.

The orchestrator makes a group a process, places it there before it isolates itself, and removes
the group after. The process sees no cgroup file system.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from pathlib import Path
from typing import Protocol

from judge.errors import SandboxUnavailable
from judge.sandbox.policy import Limits

ROOT = Path("/sys/fs/cgroup")
_PREFIX = "jurax-"
_V1_CONTROLLERS = ("memory", "pids")
_numbers = itertools.count()


class Group(Protocol):
    """The limits on one process tree."""

    def add(self, pid: int) -> None:
        """Places a process, and with it all that it forks later."""

    def memory_exceeded(self) -> bool:
        """Whether the kernel (or polling) killed something in here for its memory."""

    def close(self) -> None:
        """Removes the group. Its processes must be dead or dying."""


class Groups(Protocol):
    """Makes groups; ``name`` says which kind, for reports and doctor."""

    name: str

    def create(self, limits: Limits) -> Group:
        """A fresh group with ``limits``."""

    def close(self) -> None:
        """Removes what was made for all groups."""


def available_groups(*, allow_weak: bool) -> Groups:
    """The best kind that works here. Raises SandboxUnavailable where none does, unless a weak
    limit (polling) is allowed."""
    for kind in (CgroupV2, CgroupV1):
        with contextlib.suppress(OSError):
            return kind.discover()
    if allow_weak:
        return Polling()
    raise SandboxUnavailable(
        "No writable cgroup with memory and pids controllers, so memory cannot be limited by the "
        "kernel. Run Jurax as a service with Delegate=yes (systemd-run --user --scope -p "
        "Delegate=yes jurax …) or as root; or accept polling with --allow-weak-memory-limit."
    )


class CgroupV2:
    """A delegated subtree of the unified hierarchy."""

    name = "cgroup v2"

    def __init__(self, parent: Path) -> None:
        self._parent = parent

    @classmethod
    def discover(cls, root: Path = ROOT) -> CgroupV2:
        """Uses our own group's parent folder. Raises OSError where it is not delegated to us."""
        own = root / _own_paths()[""].lstrip("/")
        parent = own / _own_name()
        if not {"memory", "pids"} <= set((own / "cgroup.controllers").read_text().split()):
            raise OSError("controllers missing")
        _remove_stale(own)
        _vacate(own)
        _write(own / "cgroup.subtree_control", "+memory +pids +cpu")
        parent.mkdir()
        _write(parent / "cgroup.subtree_control", "+memory +pids +cpu")
        return cls(parent)

    def create(self, limits: Limits) -> CgroupV2Group:
        folder = self._parent / str(next(_numbers))
        folder.mkdir()
        _write(folder / "memory.max", limits.memory_mb << 20)
        with contextlib.suppress(OSError):
            _write(folder / "memory.swap.max", 0)
        _write(folder / "memory.oom.group", 1)
        _write(folder / "pids.max", limits.processes)
        return CgroupV2Group(folder)

    def close(self) -> None:
        _remove_whole(self._parent)


class CgroupV2Group:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, pid: int) -> None:
        _write(self._folder / "cgroup.procs", pid)

    def memory_exceeded(self) -> bool:
        return _counter(self._folder / "memory.events", "oom_kill") > 0

    def close(self) -> None:
        with contextlib.suppress(OSError):
            _write(self._folder / "cgroup.kill", 1)
        _remove(self._folder)


class CgroupV1:
    """One folder a controller, below our own group of each."""

    name = "cgroup v1"

    def __init__(self, parents: dict[str, Path]) -> None:
        self._parents = parents

    @classmethod
    def discover(cls, root: Path = ROOT) -> CgroupV1:
        """Raises OSError where a controller is missing or not writable."""
        own, name = _own_paths(), _own_name()
        parents = {}
        for controller in _V1_CONTROLLERS:
            folder = root / controller / own.get(controller, "/").lstrip("/")
            # Inside a container the path of the host is not there, and the mount is our group.
            folder = folder if folder.is_dir() else root / controller
            _remove_stale(folder)
            parents[controller] = folder / name
            parents[controller].mkdir()
        return cls(parents)

    def create(self, limits: Limits) -> CgroupV1Group:
        number = str(next(_numbers))
        folders = {name: parent / number for name, parent in self._parents.items()}
        for folder in folders.values():
            folder.mkdir()
        limit = limits.memory_mb << 20
        _write(folders["memory"] / "memory.limit_in_bytes", limit)
        with contextlib.suppress(OSError):
            # Before the limit on both: that file is missing where swap is not accounted.
            _write(folders["memory"] / "memory.swappiness", 0)
            _write(folders["memory"] / "memory.memsw.limit_in_bytes", limit)
        _write(folders["pids"] / "pids.max", limits.processes)
        return CgroupV1Group(folders)

    def close(self) -> None:
        for parent in self._parents.values():
            _remove_whole(parent)


class CgroupV1Group:
    def __init__(self, folders: dict[str, Path]) -> None:
        self._folders = folders

    def add(self, pid: int) -> None:
        for folder in self._folders.values():
            _write(folder / "cgroup.procs", pid)

    def memory_exceeded(self) -> bool:
        return _counter(self._folders["memory"] / "memory.oom_control", "oom_kill") > 0

    def close(self) -> None:
        for folder in self._folders.values():
            _remove(folder)


class Polling:
    """No kernel limit: the orchestrator looks at resident memory while it waits, and kills."""

    name = "polling (weak)"

    def create(self, limits: Limits) -> PollingGroup:
        return PollingGroup(limits.memory_mb << 20)

    def close(self) -> None:
        """Nothing was made."""


class PollingGroup:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._at_first: dict[int, int] = {}
        self._exceeded = False

    def add(self, pid: int) -> None:
        # What a fork shares with the zygote is resident from the start and is not its own.
        self._at_first[pid] = _resident_bytes(pid)

    def memory_exceeded(self) -> bool:
        self._exceeded = self._exceeded or any(
            _resident_bytes(pid) - first > self._limit for pid, first in self._at_first.items()
        )
        return self._exceeded

    def close(self) -> None:
        self._at_first.clear()


def _resident_bytes(pid: int) -> int:
    """Resident memory that is not backed by files."""
    try:
        fields = Path(f"/proc/{pid}/statm").read_text().split()
    except OSError:
        return 0
    return (int(fields[1]) - int(fields[2])) * os.sysconf("SC_PAGESIZE")


def _own_paths() -> dict[str, str]:
    """Controller to our group's path; the unified hierarchy has the empty name."""
    paths = {}
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            paths[controller] = path
    return paths


def _own_name() -> str:
    """A name of this process for one owner of groups: who closes must not take another's away."""
    return f"{_PREFIX}{os.getpid()}.{next(_numbers)}"


def _vacate(own: Path) -> None:
    """A v2 group that hands controllers down may hold no process itself: ours move to a leaf."""
    leaf = own / f"{_PREFIX}service"
    leaf.mkdir(exist_ok=True)
    for pid in (own / "cgroup.procs").read_text().split():
        with contextlib.suppress(ProcessLookupError):
            _write(leaf / "cgroup.procs", pid)


def _remove_stale(folder: Path) -> None:
    """Removes what a killed orchestrator left behind."""
    for left in folder.glob(f"{_PREFIX}[0-9]*"):
        pid = left.name.removeprefix(_PREFIX).partition(".")[0]
        if not Path(f"/proc/{pid}").exists():
            for child in [p for p in left.iterdir() if p.is_dir()]:
                with contextlib.suppress(OSError):
                    child.rmdir()
            with contextlib.suppress(OSError):
                left.rmdir()


def _remove_whole(parent: Path) -> None:
    """With the groups that nobody closed: their processes died with the jail."""
    for left in list(parent.glob("[0-9]*")):
        _remove(left)
    _remove(parent)


def _remove(folder: Path) -> None:
    """A group can be removed a moment after its last process has died."""
    deadline = time.monotonic() + 5
    while True:
        try:
            folder.rmdir()
            return
        except FileNotFoundError:
            return
        except OSError:
            if time.monotonic() > deadline:
                return
            time.sleep(0.002)


def _counter(path: Path, name: str) -> int:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return 0
    return next((int(v) for k, v in (line.split() for line in lines) if k == name), 0)


def _write(path: Path, value: int | str) -> None:
    path.write_text(str(value))
