"""Addresses and passwords of people; tries to sign in, counted by more than the network."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("people", sa.Column("email", sa.Text(), nullable=True))
    op.add_column("people", sa.Column("password_hash", sa.Text(), nullable=True))
    op.create_unique_constraint(op.f("uq_people_email"), "people", ["email"])
    op.alter_column("sign_in_tries", "network", new_column_name="source")
