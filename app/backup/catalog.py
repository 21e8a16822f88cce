"""Which tables a database has, and what of them a backup keeps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

import psycopg
from psycopg import sql

from app.backup.manifest import SequenceEntry
from app.db.base import Base
from app.models import Attempt, Problem, WorkerHeartbeat

REVISION_TABLE = "alembic_version"
# The queue is made anew from the attempts that are not done, and workers say themselves that they
# are alive.
_QUEUE = "procrastinate_"
_NOT_KEPT = frozenset({REVISION_TABLE, WorkerHeartbeat.__tablename__})
# It names a job of the queue.
_COLUMNS_NOT_KEPT = frozenset({(Attempt.__tablename__, Attempt.job_id.key)})
# Filled from the problem packages whenever the service starts: no sign that anybody was here.
_FILLED_AT_START = Problem.__tablename__


@dataclass(frozen=True)
class Table:
    """A table with its columns that a backup keeps, and the key by which rows are put in order."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


def kept_tables(connection: psycopg.Connection) -> list[Table]:
    """The tables that a backup keeps, by name."""
    keys = {name: tuple(columns) for name, columns in connection.execute(_KEYS)}
    return [
        Table(
            name,
            tuple(column for column in columns if (name, column) not in _COLUMNS_NOT_KEPT),
            keys.get(name, ()),
        )
        for name, columns in connection.execute(_TABLES)
        if name not in _NOT_KEPT and not name.startswith(_QUEUE)
    ]


def all_tables(connection: psycopg.Connection) -> list[str]:
    """The names of all tables, those of the queue included."""
    return [name for name, _ in connection.execute(_TABLES)]


def strange_tables(names: Iterable[str]) -> list[str]:
    """Of some tables those that are not the service's."""
    ours = {*Base.metadata.tables, REVISION_TABLE}
    return sorted(name for name in names if name not in ours and not name.startswith(_QUEUE))


def used_tables(connection: psycopg.Connection) -> list[str]:
    """The tables in which somebody left something."""
    return [
        table.name
        for table in kept_tables(connection)
        if table.name != _FILLED_AT_START and count(connection, table.name, at_most=1)
    ]


def count(connection: psycopg.Connection, table: str, at_most: int | None = None) -> int:
    """How many rows a table has."""
    rows = sql.SQL("SELECT FROM {} LIMIT {}").format(sql.Identifier(table), sql.Literal(at_most))
    row = connection.execute(sql.SQL("SELECT count(*) FROM ({}) AS rows").format(rows)).fetchone()
    return int(row[0]) if row else 0


def loading_order(connection: psycopg.Connection, names: Iterable[str]) -> Sequence[str]:
    """The tables, each after those that it refers to."""
    refers: dict[str, set[str]] = defaultdict(set)
    for name, other in connection.execute(_REFERENCES):
        if name != other:
            refers[name].add(other)
    wanted = sorted(names)
    order = TopologicalSorter({name: sorted(refers[name]) for name in wanted}).static_order()
    return [name for name in order if name in wanted]


def sequences(connection: psycopg.Connection, tables: Iterable[str]) -> list[SequenceEntry]:
    """How far the numbers of these tables' columns are."""
    found = []
    kept = set(tables)
    for table, column, sequence in connection.execute(_SEQUENCES).fetchall():
        if table not in kept:
            continue
        statement = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(sequence))
        row = connection.execute(statement).fetchone()
        if row is not None:
            found.append(
                SequenceEntry(table=table, column=column, last_value=row[0], is_called=row[1])
            )
    return found


def revision(connection: psycopg.Connection) -> str | None:
    """The version of the tables; None where there are none of the service's."""
    if REVISION_TABLE not in all_tables(connection):
        return None
    row = connection.execute(
        sql.SQL("SELECT version_num FROM {}").format(sql.Identifier(REVISION_TABLE))
    ).fetchone()
    return str(row[0]) if row else None


def connected(connection: psycopg.Connection) -> int:
    """How many others are connected to the database."""
    row = connection.execute(_CONNECTED).fetchone()
    return int(row[0]) if row else 0


def drop_everything(connection: psycopg.Connection) -> None:
    """Drop all tables, functions and types of the schema, but what extensions brought."""
    for kind, name in connection.execute(_OBJECTS).fetchall():
        # The names come from the catalog with their quotes and, for functions, their parameters.
        connection.execute(f"DROP {kind} IF EXISTS {name} CASCADE".encode())


_SCHEMA = "(SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
_OF_NO_EXTENSION = "NOT EXISTS (SELECT FROM pg_depend WHERE objid = {} AND deptype = 'e')"

_TABLES = f"""
    SELECT relname, array_agg(attname::text ORDER BY attnum)
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE relnamespace = {_SCHEMA} AND relkind IN ('r', 'p')
      AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
      AND {_OF_NO_EXTENSION.format("pg_class.oid")}
    GROUP BY relname ORDER BY relname
    """  # noqa: S608

_KEYS = f"""
    SELECT relname, array_agg(attname::text ORDER BY place)
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid,
      unnest(conkey) WITH ORDINALITY AS parts (number, place)
      JOIN pg_attribute ON attnum = number
    WHERE contype = 'p' AND attrelid = conrelid AND relnamespace = {_SCHEMA}
    GROUP BY relname
    """  # noqa: S608

_REFERENCES = f"""
    SELECT referring.relname, referred.relname
    FROM pg_constraint
    JOIN pg_class AS referring ON referring.oid = conrelid
    JOIN pg_class AS referred ON referred.oid = confrelid
    WHERE contype = 'f' AND referring.relnamespace = {_SCHEMA}
    """  # noqa: S608

_SEQUENCES = f"""
    SELECT owner.relname, attname::text, sequence.relname
    FROM pg_depend
    JOIN pg_class AS sequence ON sequence.oid = objid AND sequence.relkind = 'S'
    JOIN pg_class AS owner ON owner.oid = refobjid
    JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
    WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass
      AND deptype IN ('a', 'i') AND owner.relnamespace = {_SCHEMA}
    ORDER BY owner.relname, attname
    """  # noqa: S608

_CONNECTED = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_type = 'client backend'
    """

_OBJECTS = f"""
    SELECT 'TABLE', oid::regclass::text FROM pg_class
    WHERE relnamespace = {_SCHEMA} AND relkind IN ('r', 'p')
      AND {_OF_NO_EXTENSION.format("pg_class.oid")}
    UNION ALL
    SELECT 'FUNCTION', oid::regprocedure::text FROM pg_proc
    WHERE pronamespace = {_SCHEMA} AND {_OF_NO_EXTENSION.format("pg_proc.oid")}
    UNION ALL
    SELECT 'TYPE', oid::regtype::text FROM pg_type
    WHERE typnamespace = {_SCHEMA} AND {_OF_NO_EXTENSION.format("pg_type.oid")}
      AND (typtype = 'e' OR (typtype = 'c' AND EXISTS (
        SELECT FROM pg_class WHERE pg_class.oid = typrelid AND relkind = 'c')))
    """  # noqa: S608
