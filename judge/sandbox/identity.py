"""Who sandboxed processes are on the host, and whether that user can reach a path."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from judge.errors import SandboxUnavailable
from judge.sandbox.policy import SANDBOX_UID


@dataclass(frozen=True)
class Identity:
    """Host user and group of the jail."""

    uid: int
    gid: int

    @property
    def switches(self) -> bool:
        """Whether the launcher has to change user: root does, everybody else stays."""
        return self.uid != os.geteuid()


def sandbox_identity() -> Identity:
    """An unprivileged user of its own for root; else the user who runs the judge.

    The kernel exempts host uid 0 from RLIMIT_NPROC whatever a namespace calls it.
    """
    if os.geteuid() == 0:
        return Identity(SANDBOX_UID, SANDBOX_UID)
    return Identity(os.geteuid(), os.getegid())


def require_reachable(path: Path, identity: Identity) -> None:
    """Raises SandboxUnavailable naming the folder that keeps the sandbox's user out of ``path``."""
    if not identity.switches:
        return
    for folder in (*reversed(path.resolve().parents), path.resolve()):
        needed = stat.S_IXOTH if folder.is_dir() else stat.S_IROTH
        if not folder.stat().st_mode & needed:
            raise SandboxUnavailable(
                f"The sandbox runs as the unprivileged user {identity.uid}, who cannot reach {path}: "
                f"{folder} is closed to others. Open it (chmod o+x) or install Jurax elsewhere."
            )
