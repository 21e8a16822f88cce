"""A database to work with: the one that is set, the one that runs here, or one run for this."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import psycopg
from sqlalchemy import URL

from app.db.embedded import EmbeddedPostgres, embedded_url
from app.db.engine import conninfo, psycopg_url
from app.db.errors import DatabaseError, FolderInUse
from app.db.folder import DataFolder, open_data_folder
from app.db.lock import Holder, take_lock
from app.db.migrate import migrate
from app.settings import Settings

_ATTACH_SECONDS = 30.0
_POLL_SECONDS = 0.05


@contextlib.contextmanager
def service_database(settings: Settings) -> Iterator[tuple[URL, EmbeddedPostgres | None]]:
    """The database of a service, migrated: run here unless one is set. FolderInUse where another
    service runs it."""
    if settings.database_url is not None:
        url = psycopg_url(settings.database_url.get_secret_value())
        migrate(url)
        yield url, None
        return
    folder = open_data_folder(settings.data_dir)
    with _embedded(folder, Holder.SERVICE) as server:
        url = embedded_url(folder)
        migrate(url)
        yield url, server


@contextlib.contextmanager
def command_database(settings: Settings) -> Iterator[URL]:
    """The database for a command, migrated: that of the service that runs, else run for as long
    as this."""
    with database_as_it_is(settings) as url:
        migrate(url)
        yield url


@contextlib.contextmanager
def database_as_it_is(settings: Settings, *, alone: bool = False) -> Iterator[URL]:
    """The same without migrating it. ``alone``: not beside a service that runs it here, for which
    there is FolderInUse."""
    if settings.database_url is not None:
        yield psycopg_url(settings.database_url.get_secret_value())
        return
    folder = open_data_folder(settings.data_dir)
    try:
        with _embedded(folder, Holder.COMMAND):
            yield embedded_url(folder)
    except FolderInUse:
        if alone:
            raise
        yield attached_url(folder)


def worker_database(settings: Settings) -> URL:
    """The database for a worker: a server that somebody else runs."""
    if settings.database_url is not None:
        return psycopg_url(settings.database_url.get_secret_value())
    return attached_url(open_data_folder(settings.data_dir))


def attached_url(folder: DataFolder) -> URL:
    """The address of the server that a service runs in a folder, once it answers."""
    deadline = time.monotonic() + _ATTACH_SECONDS
    while True:
        try:
            url = embedded_url(folder)
            psycopg.connect(conninfo(url), connect_timeout=5).close()
        except (DatabaseError, psycopg.OperationalError) as error:
            if time.monotonic() > deadline:
                raise DatabaseError(
                    f"The database in {folder.path} does not answer. Is `jurax serve` running?"
                ) from error
            time.sleep(_POLL_SECONDS)
        else:
            return url


@contextlib.contextmanager
def _embedded(folder: DataFolder, holder: Holder) -> Iterator[EmbeddedPostgres]:
    lock = take_lock(folder.lock_file, holder)
    server = EmbeddedPostgres(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        lock.release()
