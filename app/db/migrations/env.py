"""Alembic's entry point: migrations run on the connection that app.db.migrate hands over."""

from __future__ import annotations

from alembic import context

from app import models as models
from app.db.base import Base


def include_name(name: str | None, type_: str, _parents: object) -> bool:
    """Whether a table is ours to compare; Procrastinate's are not."""
    return not (type_ == "table" and name is not None and name.startswith("procrastinate_"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_name=include_name,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
