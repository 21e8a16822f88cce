"""Brings the tables up to date, one process at a time."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.pool import NullPool

MIGRATION_LOCK = 0x6A757261_0001
MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(url: URL) -> None:
    """Apply every migration that the database has not seen."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        # Held by the session, not by a transaction, so that it covers all that Alembic does.
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()
        upgrade(connection, "head")
        connection.commit()


def upgrade(connection: Connection, revision: str) -> None:
    """Bring the tables up to a revision; in the connection's transaction, where it has begun one.
    The caller holds the lock."""
    command.upgrade(alembic_config(connection), revision)


def newest_revision() -> str | None:
    """The revision that this program's tables have."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def is_known(revision: str) -> bool:
    """Whether this program has the migration that led to a revision."""
    known = ScriptDirectory.from_config(_config()).walk_revisions()
    return any(script.revision == revision for script in known)


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for our migrations on a connection."""
    config = _config()
    config.attributes["connection"] = connection
    return config


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
