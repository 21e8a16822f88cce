"""The persistent compilation cache: filled by public code only, read-only for submissions."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from judge.sandbox.identity import Identity
from judge.sandbox.launch import RUNNER
from judge.sandbox.runtime import Runtime

LIMIT = 1 << 30
"""Bytes that all caches of a runtime may have together: a few MiB for each version of a problem."""


class CompilationCache:
    """A folder of compiled programs for one runtime, backend and kind of processor.

    XLA's own key covers the program and the library versions; compiled code also depends on the
    processor, and a folder can be copied to another machine.
    """

    def __init__(self, runtime: Runtime, backend: str) -> None:
        name = f"{runtime.lock_sha256[:12]}-{backend}-{_processor()}"
        self._root = _cache_root(runtime) / name
        self.folder = self._root / "xla"

    def create(self, identity: Identity) -> None:
        """Makes the folder, written by the sandbox's user and readable by all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for made in (self._root.parent, self._root, self.folder):
            made.chmod(0o755)
        if identity.switches:
            os.chown(self.folder, identity.uid, identity.gid)

    def filling(self) -> contextlib.AbstractContextManager[None]:
        """Held by the one process that fills; others wait, and then find it filled."""
        return _locked(self._root / "lock")

    def filled_by(self, entry: str, package_sha256: str, epoch: int) -> bool:
        """Whether that function of the package's warm-up ran on the shapes of that epoch."""
        return self._mark(entry, package_sha256, epoch).exists()

    def mark_filled(self, entry: str, package_sha256: str, epoch: int) -> None:
        """Remembers that it did."""
        self._mark(entry, package_sha256, epoch).touch()

    def prune(self, limit: int = LIMIT) -> None:
        """Removes what was written first, of this cache and those beside it, until all together
        have at most ``limit`` bytes. What was filled and lost something counts as not filled.

        Nothing tells when a program was read last: sandboxes mount the folder read-only.
        """
        with _locked(self._root.parent / "lock"):
            # Public code wrote here: a link is a file like any other, and never followed.
            files = [
                (Path(entry.path), entry.stat(follow_symlinks=False))
                for folder in self._root.parent.glob("*/xla")
                for entry in os.scandir(folder)
                if not entry.is_dir(follow_symlinks=False)
            ]
            left = sum(about.st_size for _, about in files)
            for file, about in sorted(files, key=lambda each: each[1].st_mtime):
                if left <= limit:
                    return
                for mark in file.parents[1].glob("filled-*"):
                    mark.unlink()
                file.unlink()
                left -= about.st_size

    def _mark(self, entry: str, package_sha256: str, epoch: int) -> Path:
        return self._root / f"filled-{entry}-{package_sha256[:16]}-{epoch}-{_runner()}"


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@functools.cache
def _runner() -> str:
    """A short name of the code that observes: what it stages is in the programs."""
    sources = (path.read_bytes() for path in sorted(RUNNER.glob("*.py")))
    return hashlib.sha256(b"".join(sources)).hexdigest()[:8]


def _cache_root(runtime: Runtime) -> Path:
    """Beside the runtime; for somebody else than its owner, in a cache folder of their own."""
    if os.access(runtime.root, os.W_OK):
        return runtime.root / "cache"
    own = os.environ.get("XDG_CACHE_HOME")
    return (Path(own) if own else Path.home() / ".cache") / "jurax"


def _processor() -> str:
    """A short name of the processor's instruction sets, as the kernel lists them."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        text = ""
    flags = re.search(r"^(flags|Features)\s*:(.*)$", text, re.MULTILINE)
    listed = " ".join(sorted(flags.group(2).split())) if flags else os.uname().machine
    return hashlib.sha256(listed.encode()).hexdigest()[:8]
