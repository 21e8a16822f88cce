"""CPU time and memory of the processes below this one, read from /proc."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from judge.bench.figures import Cost

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class _Process:
    parent: int
    cpu_s: float


class Meter:
    """Counts from its making. The jail's processes are no children that ``getrusage`` could count:
    the zygote leaves reaping to the kernel. So they are read while they live."""

    def __init__(self) -> None:
        self._before = _descendants()
        self._own = time.process_time()

    def read(self) -> Cost:
        """What was used since, by this process and all below it."""
        own = time.process_time() - self._own
        now = _descendants()
        used = [
            process.cpu_s - (self._before[pid].cpu_s if pid in self._before else 0.0)
            for pid, process in now.items()
        ]
        sizes = {pid: _proportional_mb(pid) for pid in now}
        added = [sizes[pid] for pid in now if pid not in self._before]
        return Cost(
            cpu_s=round(own + sum(used), 3),
            memory_mb=_sum(added),
            largest_mb=max((size for size in added if size is not None), default=None),
            standing_mb=_sum([sizes[pid] for pid in now if pid in self._before]),
        )


def _descendants() -> dict[int, _Process]:
    processes = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (process := _process(folder)):
            processes[int(folder.name)] = process
    found: dict[int, _Process] = {}
    generation = {os.getpid()}
    while generation:
        generation = {pid for pid, p in processes.items() if p.parent in generation}
        found |= {pid: processes[pid] for pid in generation}
    return found


def _process(folder: Path) -> _Process | None:
    try:
        # The command's name, in parentheses, may hold anything.
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return _Process(int(fields[1]), (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND)


def _proportional_mb(pid: int) -> float | None:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    sizes = [int(line.split()[1]) for line in lines if line.startswith("Pss:")]
    return round(sizes[0] / 1024, 1) if sizes else None


def _sum(sizes: list[float | None]) -> float | None:
    known = [size for size in sizes if size is not None]
    return round(sum(known), 1) if known else None
