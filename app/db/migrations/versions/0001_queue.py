"""Procrastinate's own tables and functions."""

from __future__ import annotations

import psycopg
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the schema that comes with the installed version, which the project pins to 3.10.
    A later version brings SQL files for the step from it, each to be a migration of its own."""
    # Straight to the driver and without parameters: it is many statements and holds percent signs.
    connection = op.get_bind().connection.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise TypeError(f"expected a psycopg connection, found {type(connection).__name__}")
    connection.execute(SchemaManager.get_schema())
