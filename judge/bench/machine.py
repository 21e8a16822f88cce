"""Facts about the machine that a figure is worth nothing without."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

from judge.bench.figures import Machine
from judge.cores import available_cores

_CHECKOUT = Path(__file__).resolve().parents[2]
_MEASURED = ("app", "judge", "problems")


def machine(runtime: str, limits: str, load_before: float) -> Machine:
    """This machine, now."""
    return Machine(
        cores=available_cores(),
        processor=_processor(),
        memory_gb=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        kernel=platform.release(),
        runtime=runtime,
        limits=limits,
        commit=_commit(),
        load=(round(load_before, 2), round(os.getloadavg()[0], 2)),
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _commit() -> str | None:
    """The checkout's commit; with ``+`` where what is measured differs from it."""
    if not (_CHECKOUT / "pyproject.toml").exists():
        return None
    commit = _git("rev-parse", "--short=12", "HEAD")
    if not commit:
        return None
    return commit + ("+" if _git("status", "--porcelain", "-uno", "--", *_MEASURED) else "")


def _git(*words: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "--no-optional-locks", "-C", str(_CHECKOUT), *words],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
