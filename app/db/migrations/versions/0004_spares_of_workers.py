"""How many spares a worker has ready."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    # Workers from before say nothing of spares: none that is known.
    op.add_column(
        "worker_heartbeats", sa.Column("spares", sa.Integer(), nullable=False, server_default="0")
    )
    op.alter_column("worker_heartbeats", "spares", server_default=None)
