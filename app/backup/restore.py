"""Puts a backup into a database: tables of the backup's version → rows → today's version."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from app.backup import catalog
from app.backup.archive import Archive
from app.backup.errors import BackupError
from app.backup.manifest import Manifest, TableEntry
from app.backup.write import settle
from app.db.engine import conninfo
from app.db.migrate import MIGRATION_LOCK, is_known, upgrade

OnTable = Callable[[str], None]

# A connection that was closed just now is seen for a moment longer.
_PATIENCE_SECONDS = 5.0
_POLL_SECONDS = 0.05


def restore_backup(
    url: URL,
    archive: Archive,
    *,
    replace: bool = False,
    on_table: OnTable = lambda _name: None,
) -> None:
    """Put a backup into a database: one that is empty or, with ``replace``, one whose contents
    are given up for it. All of it or, with a BackupError, nothing: it is one transaction."""
    require_known(archive)
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
            connection.commit()
            with connection.begin():
                driver = _driver(connection.connection.driver_connection)
                settle(driver)
                _require_room(driver, replace)
                catalog.drop_everything(driver)
                upgrade(connection, archive.manifest.revision)
                _load(driver, archive, on_table)
                upgrade(connection, "head")
            connection.execute(text("ANALYZE"))
            connection.commit()
    except (psycopg.Error, DBAPIError) as error:
        raise BackupError(f"The database did not take the backup: {error}") from error
    finally:
        engine.dispose()


def require_known(archive: Archive) -> None:
    """BackupError where a backup is of a version of the tables that this program does not know."""
    if not is_known(archive.manifest.revision):
        raise BackupError(
            f"The backup is of a newer Jurax ({archive.manifest.program}, tables "
            f"{archive.manifest.revision}) than this one. Install that one or a newer, then "
            "restore."
        )


def what_is_there(url: URL) -> dict[str, int]:
    """The tables of a database in which somebody left something, with how many rows they have."""
    try:
        with psycopg.connect(conninfo(url)) as connection:
            return {
                name: catalog.count(connection, name) for name in catalog.used_tables(connection)
            }
    except psycopg.Error as error:
        raise BackupError(f"The database could not be read: {error}") from error


def _require_room(connection: psycopg.Connection, replace: bool) -> None:
    strange = catalog.strange_tables(catalog.all_tables(connection))
    if strange:
        raise BackupError(
            f"The database holds tables that are not Jurax's: {', '.join(strange)}. Restore into "
            "a database of its own."
        )
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while others := catalog.connected(connection):
        if time.monotonic() > deadline:
            raise BackupError(
                f"{others} other connection(s) to the database are open. Stop every service and "
                "worker that uses it, then restore."
            )
        time.sleep(_POLL_SECONDS)
    used = catalog.used_tables(connection)
    if used and not replace:
        raise BackupError(
            f"The database is not empty: there is something in {', '.join(used)}. Restore into an "
            "empty one, or say --replace to give up what is there."
        )


def _load(connection: psycopg.Connection, archive: Archive, on_table: OnTable) -> None:
    manifest = archive.manifest
    entries = {table.name: table for table in manifest.tables}
    _require_same_tables(connection, manifest)
    for name in catalog.loading_order(connection, entries):
        on_table(name)
        _load_table(connection, archive, entries[name])
    for sequence in manifest.sequences:
        connection.execute(
            "SELECT setval(pg_get_serial_sequence(quote_ident(%s), %s), %s, %s)",
            [sequence.table, sequence.column, sequence.last_value, sequence.is_called],
        )


def _require_same_tables(connection: psycopg.Connection, manifest: Manifest) -> None:
    made = {table.name: set(table.columns) for table in catalog.kept_tables(connection)}
    if made != {table.name: set(table.columns) for table in manifest.tables}:
        raise BackupError(
            f"The tables of the backup are not those of its version {manifest.revision}: somebody "
            "changed the database that it was taken from, or the backup."
        )


def _load_table(connection: psycopg.Connection, archive: Archive, table: TableEntry) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, table.columns))
    )
    try:
        with connection.cursor() as cursor:
            with cursor.copy(statement) as copy:
                for piece in archive.pieces(table):
                    copy.write(piece)
            loaded = cursor.rowcount
    except psycopg.Error as error:
        raise BackupError(
            f"The database did not take the rows of {table.name}, and was left as it was: {error}"
        ) from error
    if loaded != table.rows:
        raise BackupError(
            f"The backup says that {table.name} has {table.rows} rows, but has {loaded}."
        )


def _driver(connection: Any) -> psycopg.Connection:
    if not isinstance(connection, psycopg.Connection):
        raise TypeError(f"expected a psycopg connection, found {type(connection).__name__}")
    return connection
