"""The table of what happened to accounts. Rows are only ever added: a trigger sees to it."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt


class AuditKind(StrEnum):
    """What happened."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    INVITED = "invited"
    JOINED = "joined"
    ROLE_CHANGED = "role_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    ADDRESS_CHANGED = "address_changed"
    TOKEN_MADE = "token_made"  # noqa: S105
    ACCOUNT_DELETED = "account_deleted"
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    IDENTITY_ADDED = "identity_added"
    IDENTITY_REMOVED = "identity_removed"
    INVITATION_REVOKED = "invitation_revoked"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    RESET_LINK_MADE = "reset_link_made"
    COURSE_CREATED = "course_created"
    COURSE_DELETED = "course_deleted"
    COURSE_ROLE_CHANGED = "course_role_changed"


class AuditEntry(Base):
    """Something that happened. People are named by id alone, with no key to their row: an entry
    outlives the account and then names nobody. No ``actor_id``: it was done on the service's own
    command line, or by somebody unknown."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_person_id_id", "person_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[CreatedAt]
    kind: Mapped[str] = mapped_column(Text)
    person_id: Mapped[uuid.UUID | None]
    actor_id: Mapped[uuid.UUID | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
