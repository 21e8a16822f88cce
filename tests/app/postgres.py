"""A PostgreSQL server for tests: real, quick instead of safe, and soon empty again."""

from __future__ import annotations

import subprocess
from functools import cache

import psycopg
from psycopg import sql
from sqlalchemy import URL

from app.db.binaries import program_folder
from app.db.cluster import USER, ensure_cluster, server_environment
from app.db.embedded import EmbeddedPostgres
from app.db.engine import conninfo
from app.db.folder import DataFolder

# Nothing of a test's data outlives the tests, so that the disk need not be waited for.
_QUICK = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
# Deleting is a hundred times as fast when PostgreSQL need not look whether rows refer to each
# other; and some tables, quite rightly, do not let go of their rows. Nothing else is changed by it.
_GRANT = f"GRANT SET ON PARAMETER session_replication_role TO {USER};\n"
# Who connects proves to know the password with one round of hashing instead of 4096.
_ONE_ROUND = "SET scram_iterations = 1;\n"


def quick_server(folder: DataFolder) -> EmbeddedPostgres:
    """The server of a data folder that holds none yet, not started."""
    programs = program_folder(folder.owner)
    ensure_cluster(folder, programs)
    with (folder.cluster / "postgresql.conf").open("a") as file:
        file.write(_QUICK)
    owner, password = folder.owner, folder.password_file.read_text()
    subprocess.run(
        [programs / "postgres", "--single", "-D", folder.cluster, "postgres"],
        input=f"{_GRANT}{_ONE_ROUND}ALTER ROLE {USER} PASSWORD '{password}';\n",
        text=True,
        capture_output=True,
        check=True,
        env=server_environment(),
        cwd="/",
        user=owner.uid if owner else None,
        group=owner.gid if owner else None,
        extra_groups=[] if owner else None,
    )
    return EmbeddedPostgres(folder)


def empty(url: URL) -> None:
    """Take everything out of the database of a quick server but its tables. Whoever still writes
    is waited for."""
    connection, tables = _cleaner(url)
    connection.execute(
        f"DO $$ BEGIN LOCK {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE; "
        + " ".join(f"DELETE FROM {table};" for table in tables)
        + " END $$"
    )


def count_rows(url: URL, table: str) -> int:
    """How many rows a table of a quick server's database holds."""
    connection, _ = _cleaner(url)
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    (count,) = connection.execute(query).fetchone() or ()
    return int(count)


def leave(url: URL) -> None:
    """Close the connection that stays open."""
    connection, _ = _cleaner(url)
    connection.close()
    _cleaner.cache_clear()


@cache
def _cleaner(url: URL) -> tuple[psycopg.Connection, list[str]]:
    """A connection that stays open, and the tables that are emptied by it."""
    connection = psycopg.connect(
        conninfo(url), autocommit=True, options="-c session_replication_role=replica"
    )
    found = connection.execute(
        "SELECT tablename FROM pg_tables "
        "WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    )
    return connection, [name for (name,) in found]
