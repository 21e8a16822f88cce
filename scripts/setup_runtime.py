"""Build .runtime: the interpreter and the packages that submissions run with.

The sandbox mounts this folder read-only at /runtime and sees no other Python. The interpreter is
a copy, since the original may lie where an unprivileged user cannot look (pyenv below /root).
"""

import fcntl
import hashlib
import importlib.metadata
import json
import os
import shutil
import stat
import sys
import sysconfig
from pathlib import Path

from scripts.setup_common import (
    PIP_INSTALL,
    SetupError,
    call,
    fingerprint,
    python_identity,
    read_stamp,
    remove,
    say,
)
from scripts.setup_libraries import copy_private_libraries, host_libraries

MOUNT_POINT = "/runtime"
SHARED_FOLDER = Path("/var/lib/jurax")
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
LEFT_OUT = shutil.ignore_patterns(
    *("__pycache__", "site-packages", "dist-packages", "config-*", "EXTERNALLY-MANAGED"),
    *("test", "tests", "idlelib", "tkinter", "turtle.py", "turtledemo", "ensurepip"),
    *("sitecustomize.py", "_tkinter*", "_test*"),
)


def prepare_runtime(checkout: Path, *, gpu: bool = False) -> None:
    location = runtime_location(checkout, as_root=os.geteuid() == 0)
    lock = checkout / "requirements" / ("runtime-gpu.txt" if gpu else "runtime.txt")
    wanted = fingerprint(
        lock, python_identity(), Path(__file__), Path(__file__).with_name("setup_libraries.py")
    )
    if read_stamp(location / "stamp") != wanted:
        refuse_if_used(location)
        say(f".runtime: building from {lock.parent.name}/{lock.name}, this takes some minutes")
        replace(location, build(location, lock, checkout, wanted))
    link(checkout / ".runtime", location)
    if os.geteuid() == 0:
        remove_orphans(SHARED_FOLDER)


def refuse_if_used(location: Path) -> None:
    """A Jurax that runs holds a shared lock on the manifest: its programs need the old files."""
    try:
        with (location / "manifest.json").open("rb") as manifest:
            fcntl.flock(manifest, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return
    except BlockingIOError:
        raise SetupError(
            f"{location} has to be built anew, and a Jurax that runs uses it: stop that first"
        ) from None


def runtime_location(checkout: Path, *, as_root: bool) -> Path:
    """Where the runtime lies: in the checkout, or where other users can reach it.

    Root's sandboxes run as another user, who cannot look into a checkout below a private folder.
    """
    if not as_root or reachable_by_others(checkout):
        return checkout / ".runtime"
    name = hashlib.sha256(str(checkout).encode()).hexdigest()[:12]
    return SHARED_FOLDER / f"runtime-{name}"


def reachable_by_others(folder: Path) -> bool:
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))


def build(location: Path, lock: Path, checkout: Path, stamp: str) -> Path:
    """Build beside the final place, so that a killed build leaves nothing that looks complete."""
    fresh = location.with_name(f"{location.name}.building")
    remove(fresh)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    copy_interpreter(fresh / "python")
    install_packages(fresh, lock, checkout / ".venv" / "bin" / "pip")
    compile_bytecode(fresh)
    make_readable(fresh)
    manifest = describe(fresh, lock)
    (fresh / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    (fresh / "checkout").write_text(str(checkout))
    (fresh / "stamp").write_text(stamp)
    return fresh


def copy_interpreter(target: Path) -> None:
    executable = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    (target / "bin").mkdir(parents=True)
    (target / "lib").mkdir()
    shutil.copy(executable, target / "bin" / PYTHON)
    stdlib = target / sys.platlibdir / PYTHON
    for source in {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}:
        shutil.copytree(
            original(Path(source)),
            stdlib,
            ignore=LEFT_OUT,
            ignore_dangling_symlinks=True,
            dirs_exist_ok=True,
        )
    copy_private_libraries(executable, stdlib, target / "lib")


def original(folder: Path) -> Path:
    """A path below the current environment, as the base interpreter has it."""
    if folder.is_relative_to(sys.prefix):
        return Path(sys.base_prefix) / folder.relative_to(sys.prefix)
    return folder


def install_packages(runtime: Path, lock: Path, pip: Path) -> None:
    call(
        [pip, "--python", runtime / "python" / "bin" / PYTHON, *PIP_INSTALL]
        + ["--require-hashes", "--only-binary", ":all:", "--no-compile"]
        + ["--target", runtime / "site-packages", "--requirement", lock],
        extra_environment=library_path(runtime),
    )
    # Commands name the interpreter by its path at build time: they could not run.
    remove(runtime / "site-packages" / "bin")


def compile_bytecode(runtime: Path) -> None:
    """Compile everything now: in the sandbox nothing can be written, and mtimes may change."""
    folders = [runtime / "python" / sys.platlibdir / PYTHON, runtime / "site-packages"]
    call(
        [runtime / "python" / "bin" / PYTHON, "-m", "compileall", "-qq", "--workers", "0"]
        + ["--invalidation-mode", "unchecked-hash", "-s", str(runtime), "-p", MOUNT_POINT]
        + [str(folder) for folder in folders],
        extra_environment=library_path(runtime),
    )


def library_path(runtime: Path) -> dict[str, str]:
    return {"LD_LIBRARY_PATH": str(runtime / "python" / "lib")}


def make_readable(folder: Path) -> None:
    """chmod a+rX"""
    for path in (folder, *folder.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            continue
        runs = stat.S_ISDIR(mode) or mode & stat.S_IXUSR
        path.chmod(stat.S_IMODE(mode) | (0o555 if runs else 0o444))


def describe(runtime: Path, lock: Path) -> dict[str, object]:
    packages = {
        found.metadata["Name"].lower(): found.version
        for found in importlib.metadata.distributions(path=[str(runtime / "site-packages")])
    }
    name = f"jax-{packages['jax']}+flax-{packages['flax']}+py{PYTHON.removeprefix('python')}"
    return {
        "name": name + ("+cuda13" if "jax-cuda13-plugin" in packages else ""),
        "python": sys.version.split()[0],
        "executable": f"python/bin/{PYTHON}",
        "stdlib": f"python/{sys.platlibdir}/{PYTHON}",
        "packages": dict(sorted(packages.items())),
        "libraries": host_libraries(runtime, runtime / "python" / "lib"),
        "lock_sha256": hashlib.sha256(lock.read_bytes()).hexdigest(),
    }


def replace(location: Path, fresh: Path) -> None:
    old = location.with_name(f"{location.name}.old")
    remove(old)
    if location.is_symlink():
        location.unlink()
    elif location.exists():
        location.rename(old)
    fresh.rename(location)
    remove(old)


def link(name: Path, location: Path) -> None:
    if name == location or (name.is_symlink() and name.readlink() == location):
        return
    remove(name)
    name.symlink_to(location)


def remove_orphans(folder: Path) -> None:
    """Remove the runtimes of checkouts that are gone; one of them is several hundred megabytes."""
    for runtime in folder.glob("runtime-*"):
        owner = runtime / "checkout"
        if owner.is_file() and not Path(owner.read_text()).exists():
            say(f"removing {runtime}: its checkout is gone")
            shutil.rmtree(runtime, ignore_errors=True)
