"""Who was taken out of a course by its staff does not come back by its join code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "enrolments",
        sa.Column("taken_out", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_enrolments_taken_out"), "enrolments", "left_at IS NOT NULL OR NOT taken_out"
    )
