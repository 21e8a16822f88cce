"""Rows for every table there is, with the values that are easily spoilt on the way."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import URL, Column, create_engine, insert
from sqlalchemy.pool import NullPool

from app.backup.catalog import drop_everything
from app.db.base import Base
from app.db.engine import conninfo

TEXT = "tab\t line\nreturn\r back\\slash \\. \\N 'quotes\" \u2028 é 中 𝛼 \u202e"
EACH = 2

# Where a constraint asks for more than the type of a column.
_ALLOWED: Mapping[tuple[str, str], Any] = {
    ("people", "role"): "learner",
    ("api_tokens", "scopes"): ["read", "submit"],
    ("account_links", "purpose"): "invitation",
    ("account_links", "person_id"): None,
    ("enrolments", "role"): "student",
    ("assignments", "feedback"): "now",
    ("assignments", "plan_policy"): "shared",
    ("assignments", "due_at"): None,
    ("assignments", "late_until"): None,
    ("rejudges", "status"): "ready",
    ("attempts", "status"): "done",
    ("attempts", "verdict"): "AC",
    ("regrade_requests", "answer"): None,
    ("regrade_requests", "answered_at"): None,
}


def fill(url: URL) -> None:
    """Put two rows into every table."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            for number in range(EACH):
                values = {
                    column.name: _value(column, number)
                    for column in table.columns
                    if column.identity is None
                }
                connection.execute(insert(table).values(values))


def clear(url: URL) -> None:
    """Take the tables themselves out of a database."""
    with psycopg.connect(conninfo(url)) as connection:
        drop_everything(connection)


def contents(url: URL) -> dict[str, list[str]]:
    """Every row of every table that is kept, but for what names a job of the queue."""
    with psycopg.connect(conninfo(url)) as connection:
        found = {}
        for table in Base.metadata.tables:
            if table == "worker_heartbeats":
                continue
            cursor = connection.execute(f"SELECT * FROM {table}")
            names = [column.name for column in cursor.description or ()]
            found[table] = sorted(
                repr(
                    [
                        (name, value)
                        for name, value in zip(names, row, strict=True)
                        if (table, name) != ("attempts", "job_id")
                    ]
                )
                for row in cursor
            )
    return found


def _value(column: Column[Any], number: int) -> Any:
    named = (column.table.name, column.name)
    if named in _ALLOWED:
        return _ALLOWED[named]
    for key in column.foreign_keys:
        return _value(key.column, number)
    kind = column.type.python_type
    if kind is str:
        return f"{column.name} {number} {TEXT}"
    return {
        uuid.UUID: uuid.uuid5(uuid.NAMESPACE_OID, f"{named} {number}"),
        bytes: bytes(range(256)) + bytes([number]) + b"\\x00\\.\n",
        bool: bool(number),
        int: number + 1,
        float: 0.1 + number / 3,
        datetime: datetime(2026, 3, 29, 1, 59, 59, 999999 - number, tzinfo=UTC),
        timedelta: timedelta(days=3 + number, microseconds=1),
        object: {"text": TEXT, "numbers": [1e-300, 0.1, 12345678901234567890], "none": None},
        list: [TEXT, '{a,"b"}', "", "NULL"],
    }[kind]
