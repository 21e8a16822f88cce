"""Who sandboxed processes are on the host, and whether that user can reach a path."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
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
                f"The sandbox runs as the unprivileged user {identity.uid}, who cannot reach "
                f"{path}: {folder} is closed to others. Open it (chmod o+x) or install Jurax "
                "elsewhere."
            )


def reachable_folder(folder: Path, identity: Identity, copies: Path) -> Path:
    """``folder`` itself where the sandbox's user can reach it, else a copy of it below ``copies``,
    named by its content: a checkout may lie in a folder that is closed to others."""
    try:
        require_reachable(folder, identity)
        return folder
    except SandboxUnavailable:
        pass
    files = sorted(path for path in folder.rglob("*.py"))
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes() + b"\0")
    target = copies / f"{folder.name}-{digest.hexdigest()[:16]}"
    if not target.exists():
        copies.mkdir(exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=copies))
        for path in files:
            copied = fresh / path.relative_to(folder)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copied)
            copied.chmod(0o644)
        for made in (copies, fresh):
            made.chmod(0o755)
        try:
            fresh.rename(target)
        except OSError:
            # Somebody else was faster with the same content.
            shutil.rmtree(fresh)
    return target
