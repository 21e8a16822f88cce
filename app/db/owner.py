"""The unprivileged user that the embedded server runs as where root starts the service."""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

_PREFERRED = ("jurax", "nobody")


@dataclass(frozen=True)
class Owner:
    """A user by number, with its group."""

    uid: int
    gid: int


def server_owner() -> Owner | None:
    """Whom the server runs as; None where the service is not root and so runs it itself."""
    if os.geteuid() != 0:
        return None
    for name in _PREFERRED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Owner(entry.pw_uid, entry.pw_gid)
    raise RuntimeError(
        "PostgreSQL does not run as root and there is no user to run it as: make one with "
        "`useradd --system --no-create-home jurax`."
    )


def owner_of(path: Path) -> Owner:
    """Whose a file is."""
    found = path.stat()
    return Owner(found.st_uid, found.st_gid)


def can_enter(owner: Owner, folder: Path) -> bool:
    """Whether a user may pass through a folder and all above it, by owner, group and mode."""
    resolved = folder.resolve()
    return all(_allowed(owner, part, 0o1) for part in (resolved, *resolved.parents))


def can_run(owner: Owner, program: Path) -> bool:
    """Whether a user may read and execute a program."""
    resolved = program.resolve()
    return can_enter(owner, resolved.parent) and _allowed(owner, resolved, 0o5)


def _allowed(owner: Owner, path: Path, wanted: int) -> bool:
    try:
        found = path.stat()
    except OSError:
        return False
    if found.st_uid == owner.uid:
        shift = 6
    elif found.st_gid == owner.gid:
        shift = 3
    else:
        shift = 0
    return (stat.S_IMODE(found.st_mode) >> shift) & wanted == wanted
