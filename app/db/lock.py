"""The lock on a data folder: one process runs its database, all others connect to that."""

from __future__ import annotations

import fcntl
import os
import time
from enum import StrEnum
from pathlib import Path

from app.db.errors import FolderInUse

_POLL_SECONDS = 0.05


class Holder(StrEnum):
    """What holds a lock: a service, which stays, or a command, which is soon done."""

    SERVICE = "service"
    COMMAND = "command"


class FolderLock:
    """Held until released or until the process is gone, however it went."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the folder free."""
        os.close(self._descriptor)


def take_lock(path: Path, holder: Holder, patience: float = 30) -> FolderLock:
    """Lock a data folder. A command that holds it is waited for; a service is not, and
    FolderInUse says which process it is."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + patience
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                kind, _, pid = (
                    os.pread(descriptor, 100, 0).decode("ascii", "replace").partition(" ")
                )
                if kind == Holder.SERVICE or time.monotonic() > deadline:
                    raise FolderInUse(
                        f"Another Jurax service (process {pid.strip() or 'unknown'}) works on the "
                        f"data folder {path.parent}. Stop it, or choose another folder with "
                        "--data-dir or JURAX_DATA_DIR."
                    ) from None
                time.sleep(_POLL_SECONDS)
            else:
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, f"{holder} {os.getpid()}\n".encode(), 0)
                return FolderLock(path, descriptor)
    except BaseException:
        os.close(descriptor)
        raise
