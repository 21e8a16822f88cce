"""Processes below one another, their CPU time and their memory, read from /proc."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class ProcessFacts:
    """A process as it was: its parent's id and the seconds of CPU time that it had used."""

    parent: int
    cpu_s: float


def below(pid: int) -> dict[int, ProcessFacts]:
    """The processes below ``pid``, without itself, by their ids."""
    processes = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (process := facts(int(folder.name))):
            processes[int(folder.name)] = process
    found: dict[int, ProcessFacts] = {}
    generation = {pid}
    while generation:
        generation = {pid for pid, p in processes.items() if p.parent in generation}
        found |= {pid: processes[pid] for pid in generation}
    return found


def used_between(before: dict[int, ProcessFacts], after: dict[int, ProcessFacts]) -> float:
    """Seconds of CPU time that the processes of ``after`` had used more than in ``before``; of one
    that was not there yet, all."""
    return sum(
        process.cpu_s - (before[pid].cpu_s if pid in before else 0.0)
        for pid, process in after.items()
    )


def facts(pid: int) -> ProcessFacts | None:
    """What is known of one process; None where it is gone."""
    try:
        # The command's name, in parentheses, may hold anything.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return ProcessFacts(int(fields[1]), (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND)


def proportional_mb(pid: int) -> float | None:
    """The proportional set size, in units of 2**20 bytes: none of a process that has ended. None
    where the kernel does not tell, as of another user's."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except ProcessLookupError:
        return 0.0
    except OSError:
        return None if Path(f"/proc/{pid}").exists() else 0.0
    sizes = [int(line.split()[1]) for line in lines if line.startswith("Pss:")]
    return round(sizes[0] / 1024, 1) if sizes else None
