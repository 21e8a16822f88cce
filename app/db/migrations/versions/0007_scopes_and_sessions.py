"""What an API token may do and for how long; which browser a session is in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    # Tokens from before could do all that their person may.
    op.add_column(
        "api_tokens",
        sa.Column(
            "scopes",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            server_default="{read,submit,account,admin}",
        ),
    )
    op.alter_column("api_tokens", "scopes", server_default=None)
    op.create_check_constraint(
        op.f("ck_api_tokens_scopes"),
        "api_tokens",
        "scopes <@ ARRAY['read', 'submit', 'account', 'admin'] AND scopes <> '{}'",
    )
    op.add_column("api_tokens", sa.Column("prefix", sa.Text(), nullable=True))
    op.add_column("api_tokens", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "sessions", sa.Column("browser", sa.Text(), nullable=False, server_default="unknown")
    )
    op.alter_column("sessions", "browser", server_default=None)
    op.add_column("sessions", sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True))
