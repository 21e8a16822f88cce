"""Tables of people and of what speaks for them. Secrets are kept as hashes only."""

from __future__ import annotations

import uuid
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, Moment, UuidKey
from app.roles import Role as Role


class Person(Base):
    """Somebody who submits or teaches."""

    __tablename__ = "people"
    __table_args__ = (CheckConstraint("role IN ('learner', 'instructor', 'admin')", name="role"),)

    id: Mapped[UuidKey]
    name: Mapped[str] = mapped_column(Text, unique=True)
    role: Mapped[str] = mapped_column(Text, default=Role.LEARNER.value)
    email: Mapped[str | None] = mapped_column(Text, unique=True)
    password_hash: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]

    @property
    def is_staff(self) -> bool:
        """Whether this person sees what learners may not."""
        return self.role in (Role.INSTRUCTOR, Role.ADMIN)


def _person() -> Mapped[uuid.UUID]:
    return mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)


def _secret_hash() -> Mapped[bytes]:
    return mapped_column(LargeBinary, unique=True)


class ApiToken(Base):
    """A token that a program sends in a person's name."""

    __tablename__ = "api_tokens"
    __table_args__ = (
        CheckConstraint(
            "scopes <@ ARRAY['read', 'submit', 'teach', 'account', 'admin'] AND scopes <> '{}'",
            name="scopes",
        ),
    )

    id: Mapped[UuidKey]
    person_id: Mapped[uuid.UUID] = _person()
    name: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = _secret_hash()
    prefix: Mapped[str | None] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Moment | None]
    last_used_at: Mapped[Moment | None]
    revoked_at: Mapped[Moment | None]


class SignInLink(Base):
    """A link that signs a person in once."""

    __tablename__ = "sign_in_links"

    id: Mapped[UuidKey]
    person_id: Mapped[uuid.UUID] = _person()
    token_hash: Mapped[bytes] = _secret_hash()
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class LinkPurpose(StrEnum):
    """What a link that is sent by mail is for."""

    INVITATION = "invitation"
    SIGN_UP = "sign_up"
    EMAIL = "email"
    PASSWORD = "password"  # noqa: S105


class AccountLink(Base):
    """A link for who reads an address's mail: to join with a role, or for a person to confirm the
    address or choose a new password. Used up, it is deleted."""

    __tablename__ = "account_links"
    __table_args__ = (
        CheckConstraint(
            "purpose IN ('invitation', 'sign_up', 'email', 'password')", name="purpose"
        ),
        CheckConstraint(
            "(person_id IS NULL) = (purpose IN ('invitation', 'sign_up'))", name="whose"
        ),
    )

    id: Mapped[UuidKey]
    purpose: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    role: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[bytes] = _secret_hash()
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Moment]


class SignInTries(Base):
    """How many tries to sign in failed since a moment, from a network or for an address."""

    __tablename__ = "sign_in_tries"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    since: Mapped[Moment]
    failed: Mapped[int]


class SignInSession(Base):
    """A browser in which a person is signed in."""

    __tablename__ = "sessions"

    id: Mapped[UuidKey]
    person_id: Mapped[uuid.UUID] = _person()
    token_hash: Mapped[bytes] = _secret_hash()
    browser: Mapped[str] = mapped_column(Text, default="unknown")
    created_at: Mapped[CreatedAt]
    last_seen_at: Mapped[Moment | None]
    expires_at: Mapped[Moment]
