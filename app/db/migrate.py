"""Brings the tables up to date, one process at a time."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.pool import NullPool

_LOCK = 0x6A757261_0001
MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(url: URL) -> None:
    """Apply every migration that the database has not seen."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        # Held by the session, not by a transaction, so that it covers all that Alembic does.
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        connection.commit()
        command.upgrade(alembic_config(connection), "head")
        connection.commit()


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for our migrations on a connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
