"""The runtime: the environment that submissions and package code run in, as ``make setup`` built
it."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from judge.errors import SandboxUnavailable

_MANIFEST = "manifest.json"
_LIBRARIES = ("jax", "jaxlib", "flax", "optax", "numpy")


@dataclass(frozen=True)
class Runtime:
    """A self-contained interpreter with its packages, and the host libraries that it links to."""

    root: Path
    name: str
    python: str
    executable: Path
    libraries: tuple[Path, ...]
    packages: dict[str, str]
    lock_sha256: str

    @property
    def versions(self) -> dict[str, str]:
        """Of Python and of the libraries that programs are written against."""
        return {"python": self.python, **{name: self.packages[name] for name in _LIBRARIES}}

    @classmethod
    def load(cls, root: Path) -> Runtime:
        """Reads ``manifest.json``. Raises SandboxUnavailable where there is none."""
        try:
            manifest = json.loads((root / _MANIFEST).read_text())
            return cls(
                root=root.resolve(),
                name=manifest["name"],
                python=manifest["python"],
                executable=Path(manifest["executable"]),
                libraries=tuple(Path(p) for p in manifest["libraries"]),
                packages=dict(manifest["packages"]),
                lock_sha256=manifest["lock_sha256"],
            )
        except (OSError, ValueError, KeyError) as error:
            raise SandboxUnavailable(
                f"There is no usable runtime in {root} ({error}). Build it with: make setup"
            ) from error


def installed() -> dict[str, Path]:
    """The runtimes of this machine by name, the one of ``default_root`` first. The others are the
    folders in ``$JURAX_RUNTIMES_DIR``, where earlier ones are kept for courses that have chosen
    them. What is no usable runtime is left out."""
    kept = os.environ.get("JURAX_RUNTIMES_DIR")
    folders = sorted(Path(kept).iterdir()) if kept and Path(kept).is_dir() else []
    found: dict[str, Path] = {}
    for root in (default_root(), *folders):
        with suppress(SandboxUnavailable):
            found.setdefault(Runtime.load(root).name, root)
    return found


def hold(runtime: Runtime) -> BinaryIO:
    """Keeps ``make setup`` from replacing the runtime until the file is closed: programs that are
    running would find half of their libraries gone."""
    file = (runtime.root / _MANIFEST).open("rb")
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def default_root() -> Path:
    """``$JURAX_RUNTIME_DIR``, else ``.runtime`` beside the checkout's ``judge/``, else the user's
    data folder."""
    if chosen := os.environ.get("JURAX_RUNTIME_DIR"):
        return Path(chosen)
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "pyproject.toml").exists():
        return checkout / ".runtime"
    return Path.home() / ".local" / "share" / "jurax" / "runtime"
