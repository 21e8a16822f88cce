"""CPU time and memory of the processes below this one."""

from __future__ import annotations

import os
import time

from judge.bench.figures import Cost
from judge.bench.processes import below, proportional_mb, used_between


class Meter:
    """Counts from its making. The jail's processes are no children that ``getrusage`` could count:
    the zygote leaves reaping to the kernel. So they are read while they live."""

    def __init__(self) -> None:
        self._before = below(os.getpid())
        self._own = time.process_time()

    def read(self) -> Cost:
        """What was used since, by this process and all below it."""
        own = time.process_time() - self._own
        now = below(os.getpid())
        sizes = {pid: proportional_mb(pid) for pid in now}
        added = [sizes[pid] for pid in now if pid not in self._before]
        return Cost(
            cpu_s=round(own + used_between(self._before, now), 3),
            memory_mb=_sum(added),
            largest_mb=max((size for size in added if size is not None), default=None),
            standing_mb=_sum([sizes[pid] for pid in now if pid in self._before]),
        )


def _sum(sizes: list[float | None]) -> float | None:
    known = [size for size in sizes if size is not None]
    return round(sum(known), 1) if known else None
