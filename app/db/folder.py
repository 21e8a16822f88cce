"""The data folder: where it really is, what lies in it, who may enter it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import structlog

from app.db.errors import DatabaseError
from app.db.owner import Owner, can_enter, owner_of, server_owner

SYSTEM_FOLDER = Path("/var/lib/jurax")
_POINTER = "data-is-in"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class DataFolder:
    """A data folder that is there. ``owner`` is whom the server runs as, None for ourselves."""

    path: Path
    owner: Owner | None

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own folder."""
        return self.path / "postgres"

    @property
    def sockets(self) -> Path:
        """Where the server's socket is, unless the path would be too long for one."""
        return self.path / "run"

    @property
    def password_file(self) -> Path:
        """The password of the service's database user."""
        return self.path / "postgres.password"

    @property
    def address_file(self) -> Path:
        """The folder of the socket of the server that runs."""
        return self.path / "postgres.socket"

    @property
    def url_file(self) -> Path:
        """The address at which the service that runs can be reached."""
        return self.path / "service.url"

    @property
    def log_file(self) -> Path:
        """What the server says."""
        return self.path / "postgres.log"

    @property
    def lock_file(self) -> Path:
        """Held by the process that runs the server."""
        return self.path / "service.lock"


def open_data_folder(wanted: Path) -> DataFolder:
    """The data folder for a wanted path, made if need be. Root's PostgreSQL runs as somebody who
    may not be able to get there (a checkout in a folder of mode 0700): the data then lies under
    /var/lib/jurax, and a file in the wanted folder says where."""
    wanted = wanted.expanduser().absolute()
    try:
        wanted.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _open(wanted)
    except OSError as error:
        raise DatabaseError(
            f"The data folder {wanted} cannot be used ({error.strerror}: {error.filename}). Run "
            "as the user whose it is, or choose another with --data-dir or JURAX_DATA_DIR."
        ) from error


def private_file(path: Path, text: str) -> None:
    """Write a file that only this user can read, whole or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    temporary.replace(path)


def _open(wanted: Path) -> DataFolder:
    owner = server_owner()
    place = _pointed_to(wanted) or wanted
    if owner is not None:
        if (place / "postgres").exists():
            # Made by another user's service: the server must run as whose the files are.
            found = owner_of(place / "postgres")
            owner = found if found.uid != 0 else owner
        elif not can_enter(owner, place.parent):
            place = _system_place(wanted)
        # The server's user passes through to its own folder and can list nothing on the way.
        place.chmod(0o711)
    else:
        place.chmod(0o700)
    return DataFolder(place, owner)


def _pointed_to(wanted: Path) -> Path | None:
    try:
        place = Path((wanted / _POINTER).read_text().strip())
    except FileNotFoundError:
        return None
    if place.is_absolute() and not place.is_dir():
        raise DatabaseError(
            f"{wanted / _POINTER} says that the data is in {place}, which is not there. Bring it "
            f"back, or remove {wanted / _POINTER} to begin anew."
        )
    return place


def _system_place(wanted: Path) -> Path:
    digest = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:12]
    place = SYSTEM_FOLDER / f"data-{digest}"
    SYSTEM_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    place.mkdir(mode=0o711, exist_ok=True)
    private_file(wanted / _POINTER, f"{place}\n")
    log.info(
        "the database's user cannot reach the data folder", wanted=str(wanted), used=str(place)
    )
    return place
