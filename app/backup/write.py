"""Writes a backup: all tables as they were at one moment, into one compressed archive."""

from __future__ import annotations

import hashlib
import importlib.metadata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import psycopg
from psycopg import IsolationLevel, sql
from sqlalchemy import URL

from app.backup import catalog
from app.backup.catalog import Table
from app.backup.errors import BackupError
from app.backup.manifest import FORMAT, MANIFEST, Manifest, TableEntry
from app.backup.output import whole_file
from app.db.base import now
from app.db.engine import conninfo
from app.db.migrate import MIGRATION_LOCK, newest_revision

_PIECE_BYTES = 1 << 20

OnTable = Callable[[str], None]


def write_backup(
    url: URL, path: Path, *, overwrite: bool = False, on_table: OnTable = lambda _name: None
) -> Manifest:
    """Write all that a database keeps into a file, while the service runs or not. BackupError
    where that cannot be; the file is then as it was before."""
    try:
        with (
            whole_file(path, overwrite=overwrite) as file,
            psycopg.connect(conninfo(url), autocommit=True) as connection,
        ):
            # Before the moment is chosen: nobody changes the tables themselves after it.
            connection.execute("SELECT pg_advisory_lock_shared(%s)", [MIGRATION_LOCK])
            connection.autocommit = False
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            return _write(connection, file, on_table)
    except psycopg.Error as error:
        raise BackupError(f"The database could not be read: {error}") from error


def settle(connection: psycopg.Connection) -> None:
    """Let the transaction read and write values in one way, whatever is set for the database."""
    for name, value in _SETTINGS.items():
        connection.execute("SELECT set_config(%s, %s, true)", [name, value])


def _write(connection: psycopg.Connection, file: BinaryIO, on_table: OnTable) -> Manifest:
    settle(connection)
    revision = catalog.revision(connection)
    tables = catalog.kept_tables(connection)
    if revision is None:
        raise BackupError("This database holds no tables of Jurax's: there is nothing to back up.")
    strange = catalog.strange_tables(table.name for table in tables)
    if strange and revision == newest_revision():
        raise BackupError(
            f"This database also holds tables that are not Jurax's: {', '.join(strange)}. Move "
            "them to another database or schema: a backup is of all tables and could not be "
            "restored."
        )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        entries = []
        for table in tables:
            on_table(table.name)
            entries.append(_write_table(connection, archive, table))
        manifest = Manifest(
            format=FORMAT,
            program=importlib.metadata.version("jurax"),
            revision=revision,
            created_at=now(),
            tables=tuple(entries),
            sequences=tuple(catalog.sequences(connection, [table.name for table in tables])),
        )
        archive.writestr(_member(MANIFEST), manifest.model_dump_json(indent=2))
    return manifest


def _write_table(
    connection: psycopg.Connection, archive: zipfile.ZipFile, table: Table
) -> TableEntry:
    digest = hashlib.sha256()
    rows = size = 0
    pending = bytearray()
    statement = sql.SQL("COPY (SELECT {} FROM {} {}) TO STDOUT").format(
        sql.SQL(", ").join(map(sql.Identifier, table.columns)),
        sql.Identifier(table.name),
        # So that two backups of the same data are the same.
        sql.SQL("ORDER BY {}").format(sql.SQL(", ").join(map(sql.Identifier, table.key)))
        if table.key
        else sql.SQL(""),
    )
    with (
        archive.open(_member(f"{table.name}.tsv"), "w", force_zip64=True) as member,
        connection.cursor().copy(statement) as copy,
    ):

        def flush() -> None:
            digest.update(pending)
            member.write(pending)
            pending.clear()

        for row in copy:
            rows += 1
            size += len(row)
            pending += row
            if len(pending) >= _PIECE_BYTES:
                flush()
        flush()
    return TableEntry(
        name=table.name, columns=table.columns, rows=rows, bytes=size, sha256=digest.hexdigest()
    )


def _member(name: str) -> zipfile.ZipInfo:
    """A member without a date, so that it does not differ by when it was written."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


_SETTINGS = {
    "client_encoding": "UTF8",
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "intervalstyle": "iso_8601",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "row_security": "off",
}
