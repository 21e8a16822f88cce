"""What a service takes of the machine: the CPU time of a submission, the memory of its tree."""

from __future__ import annotations

import threading
from pathlib import Path

from app.bench.figures import Memory
from app.bench.service import Service
from judge.bench.processes import ProcessFacts, below, facts, proportional_mb, used_between

# Of a process that ends, what it used since it was last looked at is not seen.
_LOOK_SECONDS = 0.02


def cpu_of_one(service: Service, source: str) -> float:
    """CPU seconds of the whole tree for one submission, until it is at rest again."""
    service.settle()
    with _CpuWatch(service.pid) as watch:
        service.judge(source)
        service.settle()
    return watch.used_s


def memory_of(service: Service, source: str) -> Memory:
    """The proportional set sizes of the service's tree, at rest with all its spares, after it has
    judged a submission more than those."""
    service.settle()
    # Of submissions that come close to each other it learns to keep more than one spare.
    for _ in range(service.spares + 1):
        service.judge(source)
    service.settle(service.spares)
    children = {
        pid: _command(pid) for pid, one in below(service.pid).items() if one.parent == service.pid
    }
    workers = [pid for pid, command in children.items() if b"worker" in command.split(b"\0")]
    databases = [pid for pid, command in children.items() if b"postgres" in command]
    sandboxes = [pid for worker in workers for pid in below(worker)]
    sizes = [size for pid in sandboxes if (size := proportional_mb(pid))]
    return Memory(
        spares=service.spares,
        service=proportional_mb(service.pid),
        database=_sum([pid for top in databases for pid in (top, *below(top))]),
        worker=_sum(workers),
        sandboxes=_sum(sandboxes),
        processes=tuple(sorted(sizes, reverse=True)),
    )


class _CpuWatch:
    """Looks at a tree often, since its processes end meanwhile and nobody is told what they used:
    the zygote leaves reaping to the kernel."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._before = self._look()
        self._last = dict(self._before)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="cpu watch", daemon=True)

    @property
    def used_s(self) -> float:
        """Seconds used by all that was seen."""
        return round(used_between(self._before, self._last), 3)

    def __enter__(self) -> _CpuWatch:
        self._thread.start()
        return self

    def __exit__(self, *details: object) -> None:
        self._ended.set()
        self._thread.join()
        self._last |= self._look()

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK_SECONDS):
            self._last |= self._look()

    def _look(self) -> dict[int, ProcessFacts]:
        own = facts(self._pid)
        return below(self._pid) | ({self._pid: own} if own else {})


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _sum(pids: list[int]) -> float | None:
    sizes = [proportional_mb(pid) for pid in pids]
    known = [size for size in sizes if size is not None]
    return round(sum(known), 1) if known and len(known) == len(sizes) else None
