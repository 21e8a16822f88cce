"""The table of workers that are alive."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, Moment, UuidKey


class WorkerHeartbeat(Base):
    """A worker that could start its sandbox, when it was last heard of, the sandbox layers that it
    works with, and how many spares it had ready then."""

    __tablename__ = "worker_heartbeats"

    id: Mapped[UuidKey]
    heartbeat_at: Mapped[Moment]
    sandbox: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    spares: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[CreatedAt]
