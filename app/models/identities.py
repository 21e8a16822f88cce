"""Tables of signing in with an OpenID provider."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, Moment, UuidKey


class Identity(Base):
    """That who is ``subject`` to the provider ``issuer`` is a person here."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[UuidKey]
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    issuer: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    last_used_at: Mapped[Moment | None]


class ProviderVisit(Base):
    """A browser that was sent to the provider and is to come back, once: to sign in or, where
    there is a ``person_id``, to add an identity to that account. The browser keeps the secret of
    which there is a hash here."""

    __tablename__ = "provider_visits"

    id: Mapped[UuidKey]
    state_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    next_path: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Moment] = mapped_column(index=True)
