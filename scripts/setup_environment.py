"""Build .venv: the service and its tools, from the lock, without JAX."""

import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.setup_common import call, fingerprint, python_identity, read_stamp, remove, say


def prepare_environment(checkout: Path, *, production: bool = False) -> None:
    venv = checkout / ".venv"
    identity = fingerprint(python_identity(), str(checkout))
    if read_stamp(venv / "stamp-python") != identity:
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
    pip = [str(venv / "bin" / "pip"), "install", "--quiet", "--require-hashes"]
    call(pip + [word for lock in locks for word in ("--requirement", str(lock))])
    stamp.write_text(wanted)


def install_project(venv: Path, checkout: Path) -> None:
    stamp = venv / "stamp-project"
    wanted = fingerprint(checkout / "pyproject.toml")
    if read_stamp(stamp) == wanted:
        return
    say(f"{venv.name}: the project itself, editable")
    remove(stamp)
    call(
        [venv / "bin" / "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
        + ["--editable", checkout]
    )
    stamp.write_text(wanted)
