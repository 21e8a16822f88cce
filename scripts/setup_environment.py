"""Build .venv: the service and its tools, from the lock, without JAX."""

import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.setup_common import (
    PIP_INSTALL,
    call,
    fingerprint,
    python_identity,
    read_stamp,
    remove,
    say,
)


def prepare_environment(checkout: Path, *, production: bool = False) -> None:
    venv = checkout / ".venv"
    identity = fingerprint(python_identity(), str(checkout))
    # Half-installed packages can look complete to pip: without its stamp, all starts afresh.
    unfinished = not (venv / "stamp-packages").is_file()
    if unfinished or read_stamp(venv / "stamp-python") != identity:
        create(venv, identity)
    names = ["service.txt", "build.txt"] if production else ["dev.txt"]
    install_packages(venv, [checkout / "requirements" / name for name in names])
    install_project(venv, checkout)


def create(venv: Path, identity: str) -> None:
    say(f"{venv.name}: new environment with Python {sys.version.split()[0]}")
    call([sys.executable, "-m", "venv", "--clear", venv])
    (venv / "stamp-python").write_text(identity)


def install_packages(venv: Path, locks: Sequence[Path]) -> None:
    stamp = venv / "stamp-packages"
    wanted = fingerprint(*locks)
    if read_stamp(stamp) == wanted:
        return
    say(f"{venv.name}: packages from {', '.join(lock.name for lock in locks)}")
    remove(stamp)
    requirements = [word for lock in locks for word in ("--requirement", lock)]
    call([venv / "bin" / "pip", *PIP_INSTALL, "--require-hashes", *requirements])
    stamp.write_text(wanted)


def install_project(venv: Path, checkout: Path) -> None:
    stamp = venv / "stamp-project"
    wanted = fingerprint(checkout / "pyproject.toml")
    if read_stamp(stamp) == wanted:
        return
    say(f"{venv.name}: the project itself, editable")
    remove(stamp)
    pip = [venv / "bin" / "pip", *PIP_INSTALL]
    call([*pip, "--no-deps", "--no-build-isolation", "--editable", checkout])
    stamp.write_text(wanted)
