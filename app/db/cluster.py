"""Makes a new PostgreSQL cluster, whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from pathlib import Path

import structlog

from app.db.binaries import MAJOR_VERSION
from app.db.errors import DatabaseError
from app.db.folder import DataFolder, private_file
from app.db.owner import Owner

DATABASE = "jurax"
USER = "jurax"

# Only the service's own user, with its password, over the socket. The superuser cannot sign in.
_HBA = f"local {DATABASE} {USER} scram-sha-256\n"

log = structlog.get_logger(__name__)


def ensure_cluster(folder: DataFolder, programs: Path) -> None:
    """Make the cluster of a data folder unless it is there."""
    version_file = folder.cluster / "PG_VERSION"
    if version_file.is_file():
        version = version_file.read_text().strip()
        if version != MAJOR_VERSION:
            raise DatabaseError(
                f"The data in {folder.cluster} is of PostgreSQL {version}, this program runs "
                f"{MAJOR_VERSION}. Dump it with the old version and load it with the new one, as "
                "docs/operations.md shows."
            )
        return
    log.info("making a new database", folder=str(folder.cluster))
    unfinished = folder.path / "postgres.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if folder.owner is not None:
        os.chown(unfinished, folder.owner.uid, folder.owner.gid)
    _run(
        [
            str(programs / "initdb"),
            "--pgdata", str(unfinished),
            "--username", "postgres",
            "--auth", "trust",
            "--encoding", "UTF8",
            "--locale", "C",
            "--locale-provider", "builtin",
            "--builtin-locale", "C.UTF-8",
            "--no-instructions",
        ],
        folder.owner,
    )  # fmt: skip
    password = secrets.token_urlsafe(32)
    # The server's single-user mode, so that the password is on no command line and no server
    # ever runs that lets people in without one.
    _run(
        [str(programs / "postgres"), "--single", "-D", str(unfinished), "postgres"],
        folder.owner,
        f"CREATE ROLE {USER} LOGIN PASSWORD '{password}';\n"
        f"CREATE DATABASE {DATABASE} OWNER {USER};\n",
    )
    (unfinished / "pg_hba.conf").write_text(_HBA)
    private_file(folder.password_file, password)
    if folder.cluster.is_dir():
        folder.cluster.rmdir()
    unfinished.rename(folder.cluster)


def server_environment() -> dict[str, str]:
    """The environment of PostgreSQL's programs: nothing of ours."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _run(command: list[str], owner: Owner | None, text: str = "") -> None:
    result = subprocess.run(
        command,
        input=text,
        text=True,
        capture_output=True,
        env=server_environment(),
        cwd="/",
        user=owner.uid if owner else None,
        group=owner.gid if owner else None,
        extra_groups=[] if owner else None,
        check=False,
    )
    failed = result.returncode != 0 or "ERROR" in result.stderr or "FATAL" in result.stderr
    if failed:
        # The single-user server repeats a statement that failed, and ours holds a password.
        said = [line for line in result.stderr.splitlines() if "PASSWORD" not in line]
        raise DatabaseError(
            f"{Path(command[0]).name} could not make the database:\n" + "\n".join(said[-10:])
        )
