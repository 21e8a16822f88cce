"""The embedded PostgreSQL server: one child process, on a Unix socket, in the data folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO

import psycopg
import structlog
from sqlalchemy import URL

from app.db.binaries import program_folder
from app.db.cluster import DATABASE, USER, ensure_cluster, server_environment
from app.db.errors import DatabaseError
from app.db.folder import DataFolder, private_file
from app.db.orphans import clear_orphans
from app.processes import dies_with_parent, stop_process

_LONGEST_SOCKET_PATH = 107
_SOCKET_NAME = ".s.PGSQL.5432"
_START_SECONDS = 300.0
_POLL_SECONDS = 0.02
_LARGEST_LOG = 5 << 20
# Fast, then immediate shutdown: PostgreSQL recovers from its log after either, or after SIGKILL.
_STOP_STEPS = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0))

log = structlog.get_logger(__name__)


class EmbeddedPostgres:
    """A server that this process runs. The process holds the folder's lock while it does."""

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run the server, a new one where there is none yet, and wait until it answers. Call it
        from the main thread, with which the server dies."""
        programs = program_folder(self.folder.owner)
        ensure_cluster(self.folder, programs)
        clear_orphans(self.folder.cluster)
        sockets = self._make_socket_folder()
        private_file(self.folder.address_file, str(sockets))
        self._process = self._launch(programs, sockets)
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server and wait until it is gone."""
        if self._process is None:
            return
        stop_process(self._process, _STOP_STEPS)
        self._process = None
        self._remove_temporary_sockets()
        self.folder.address_file.unlink(missing_ok=True)

    @property
    def running(self) -> bool:
        """Whether the server's process is there."""
        return self._process is not None and self._process.poll() is None

    def _launch(self, programs: Path, sockets: Path) -> subprocess.Popen[bytes]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": "64MB",
            "log_timezone": "UTC",
            "timezone": "UTC",
        }
        command = [str(programs / "postgres"), "-D", str(self.folder.cluster)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        owner = self.folder.owner
        with _open_log(self.folder.log_file) as output:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env=server_environment(),
                user=owner.uid if owner else None,
                group=owner.gid if owner else None,
                extra_groups=[] if owner else None,
                # A Ctrl-C in the terminal is for the service, which stops its parts in order.
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGINT),
            )

    def _wait_until_ready(self) -> None:
        address = embedded_url(self.folder).set(drivername="postgresql")
        conninfo = address.render_as_string(hide_password=False)
        deadline = time.monotonic() + _START_SECONDS
        while True:
            if not self.running:
                raise DatabaseError(
                    "The database server did not start. The end of its log "
                    f"({self.folder.log_file}):\n{_tail(self.folder.log_file)}"
                )
            try:
                psycopg.connect(conninfo, connect_timeout=5).close()
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline or "authentication" in str(error):
                    raise DatabaseError(f"The database server does not answer: {error}") from error
                time.sleep(_POLL_SECONDS)
            else:
                return

    def _make_socket_folder(self) -> Path:
        self._remove_temporary_sockets()
        sockets = self.folder.sockets
        if len(os.fsencode(sockets / _SOCKET_NAME)) > _LONGEST_SOCKET_PATH:
            sockets = Path(tempfile.mkdtemp(prefix="jurax-", dir="/tmp"))
        sockets.mkdir(mode=0o700, exist_ok=True)
        sockets.chmod(0o700)
        if self.folder.owner is not None:
            os.chown(sockets, self.folder.owner.uid, self.folder.owner.gid)
        return sockets

    def _remove_temporary_sockets(self) -> None:
        with contextlib.suppress(OSError):
            left = Path(self.folder.address_file.read_text())
            if left != self.folder.sockets and left.name.startswith("jurax-"):
                shutil.rmtree(left)


def embedded_url(folder: DataFolder) -> URL:
    """The address of the server that runs in a data folder, password included."""
    try:
        sockets = folder.address_file.read_text()
        password = folder.password_file.read_text()
    except FileNotFoundError as error:
        raise DatabaseError(
            f"No database server runs in {folder.path}. Start it with `jurax serve`."
        ) from error
    return URL.create(
        "postgresql+psycopg",
        username=USER,
        password=password,
        database=DATABASE,
        query={"host": sockets},
    )


def _open_log(path: Path) -> IO[bytes]:
    if path.exists() and path.stat().st_size > _LARGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def _tail(path: Path, lines: int = 15) -> str:
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
