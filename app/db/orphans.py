"""Servers that a killed service left behind on a data folder."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

import structlog

from app.db.errors import DatabaseError

_POLL_SECONDS = 0.02
_POLITE_SECONDS = 10.0
_KILL_SECONDS = 10.0

log = structlog.get_logger(__name__)


def clear_orphans(cluster: Path) -> None:
    """Stop every PostgreSQL process that works in a cluster's folder, and remove a lock file of
    its that names a process which is something else by now. The caller holds the folder's lock,
    so no such process has a service any more."""
    postmaster = _recorded_postmaster(cluster)
    running = server_processes(cluster)
    if running:
        log.warning("stopping a database server without a service", processes=sorted(running))
        if postmaster in running:
            _signal(postmaster, signal.SIGINT)
            _wait_until_gone(cluster, _POLITE_SECONDS)
        # A killed postmaster's children end by themselves, but only once they look up.
        for process in server_processes(cluster):
            _signal(process, signal.SIGKILL)
        if not _wait_until_gone(cluster, _KILL_SECONDS):
            raise DatabaseError(
                f"PostgreSQL processes {sorted(server_processes(cluster))} still work in "
                f"{cluster} and cannot be stopped. Stop them and start again."
            )
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def server_processes(cluster: Path) -> set[int]:
    """The PostgreSQL processes whose working folder is this cluster."""
    wanted = cluster.resolve()
    found = set()
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            process = Path(entry.path)
            if (process / "cwd").readlink() != wanted:
                continue
            if (process / "exe").readlink().name.removesuffix(" (deleted)") == "postgres":
                found.add(int(entry.name))
    return found


def _recorded_postmaster(cluster: Path) -> int | None:
    try:
        return int((cluster / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _signal(process: int | None, which: signal.Signals) -> None:
    if process is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, which)


def _wait_until_gone(cluster: Path, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while server_processes(cluster):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True
