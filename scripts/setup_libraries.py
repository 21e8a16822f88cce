"""Which shared libraries the runtime needs from the host, as the dynamic loader sees it."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from scripts.setup_common import SetupError, clean_environment

# The loader looks here without a cache or LD_LIBRARY_PATH, and so without either in the sandbox.
LOADER_FOLDERS = ("/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/")
# glibc opens it by name when a thread ends, so nothing lists it as needed.
OPENED_BY_NAME = "libgcc_s.so.1"


def host_libraries(runtime: Path, library_folder: Path) -> list[str]:
    """The host's libraries behind every binary of the runtime, the loader included."""
    needed = set(needed_libraries(binaries(runtime), library_folder).values())
    outside = {path for path in needed if not path.resolve().is_relative_to(runtime.resolve())}
    companions = {path.parent / OPENED_BY_NAME for path in outside if path.name == "libc.so.6"}
    return sorted(str(path) for path in outside | {path for path in companions if path.exists()})


def copy_private_libraries(executable: Path, stdlib: Path, target: Path) -> None:
    """Copy what the interpreter loads from places of its own, libpython above all."""
    originals = [path for path in (executable, *binaries(stdlib)) if is_elf(path)]
    library_folder = executable.parent.parent / "lib"
    for name, path in needed_libraries(originals, library_folder).items():
        if not str(path).startswith(LOADER_FOLDERS):
            shutil.copy(path, target / name)


def binaries(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and is_elf(path)]


def is_elf(path: Path) -> bool:
    if not (".so" in path.name or os.access(path, os.X_OK)):
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def needed_libraries(files: Iterable[Path], library_folder: Path) -> Mapping[str, Path]:
    """Soname → path of everything the loader would bring in for these files; nothing for none, as
    on a system whose binaries are not ELF."""
    files = list(files)
    if not files:
        return {}
    if not shutil.which("ldd"):
        raise SetupError("ldd is missing: it comes with the C library's tools (libc-bin, glibc)")
    environment = clean_environment({"LD_LIBRARY_PATH": str(library_folder), "LC_ALL": "C"})
    # ldd fails as a whole when one file is static, which is not an error here.
    listing = subprocess.run(
        ["ldd", *map(str, files)],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    ).stdout
    found = {}
    for line in listing.splitlines():
        match = re.match(r"\s+(\S+)(?: => (/\S.*))? \(0x[0-9a-f]+\)$", line)
        if match and (path := match[2] or match[1]).startswith("/"):
            found[Path(match[1]).name] = Path(os.path.normpath(path))
    return found
