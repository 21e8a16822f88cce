"""What a run could leave behind, and who could hear of it."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from judge.sandbox.cgroup import ROOT

# Where a process mounts something of its own. Others may mount what they like meanwhile.
_MOUNTED = ("/tmp", "/dev/shm", "/proc")


def left_over() -> dict[str, object]:
    """What there is now of everything that a run makes."""
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    # os.walk, since others make and remove groups meanwhile.
    mine = [name for name, _, _ in os.walk(ROOT) if f"/jurax-{os.getpid()}." in name]
    return {
        "processes": len(descendants(os.getpid())),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "threads": threading.active_count(),
        "groups": sorted(mine),
        "mounts": [mount for mount in mounts if mount.split()[1] in _MOUNTED],
        "shared_memory": sorted(p.name for p in Path("/dev/shm").glob("jurax*")),
    }


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


class Listeners:
    """On loopback TCP and UDP under one port, and on Unix sockets by path and abstract name."""

    def __init__(self, folder: Path) -> None:
        self._open = ExitStack()
        self._tcp = self._listen(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        self.port: int = self._tcp.getsockname()[1]
        self._sockets = [
            self._tcp,
            self._listen(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", self.port)),
            self._listen(socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "listener")),
            self._listen(socket.AF_UNIX, socket.SOCK_STREAM, f"\0jurax-{self.port}"),
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self._open.close()

    def heard(self) -> list[object]:
        """The names of the listeners that anybody called since the last time."""
        return [one.getsockname() for one in self._sockets if self._called(one)]

    def _listen(self, family: int, kind: int, address: object) -> socket.socket:
        listener = self._open.enter_context(socket.socket(family, kind))
        listener.bind(address)
        if kind == socket.SOCK_STREAM:
            listener.listen()
        listener.setblocking(False)
        return listener

    def _called(self, listener: socket.socket) -> bool:
        try:
            if listener.type == socket.SOCK_STREAM:
                listener.accept()[0].close()
            else:
                listener.recv(1)
        except BlockingIOError:
            return False
        return True
