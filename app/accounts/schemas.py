"""What is told about people."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.courses.numbers import WHOLE
from app.models import AuditKind, Role
from app.roles import Scope


class InvitationCreate(BaseModel):
    """Whom to invite, and as what."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(
        max_length=254, examples=["ada@example.com"], json_schema_extra={"format": "email"}
    )
    role: Role = Role.LEARNER


class InvitationView(BaseModel):
    """An invitation. Its link is told this once; it opens for whoever holds it."""

    model_config = ConfigDict(frozen=True)

    email: str
    role: Role
    url: str
    sent: bool = Field(description="whether it goes out by mail too")


class TokenCreate(BaseModel):
    """A token to be made."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(
        max_length=60,
        pattern="^[!-~]([ -~]*[!-~])?$",
        examples=["my laptop"],
        description="what it is for, in printable ASCII",
    )
    scopes: list[Scope] = Field(
        min_length=1,
        max_length=16,
        examples=[["read", "submit"]],
        description="what it may do, as far as you may",
    )
    days: Annotated[int, Field(strict=True, ge=1, le=366), WHOLE] = Field(
        default=90, description="how long it is good"
    )


class TokenView(BaseModel):
    """An API token; what it is itself is known to who made it."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: uuid.UUID
    name: str
    prefix: str | None = Field(description="how it begins")
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class TokenList(BaseModel):
    """A person's valid tokens, the newest first."""

    items: tuple[TokenView, ...]


class FreshToken(BaseModel):
    """A token that was just made, shown this once."""

    token: str


class SessionView(BaseModel):
    """A browser in which a person is signed in."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID
    browser: str
    created_at: datetime
    last_seen_at: datetime | None = Field(description="to the minute")
    expires_at: datetime
    current: bool = Field(description="whether this is the session that asks")


class SessionList(BaseModel):
    """A person's sessions, the newest first."""

    items: tuple[SessionView, ...]


class AuditView(BaseModel):
    """Something that happened to an account."""

    model_config = ConfigDict(frozen=True)

    id: int
    at: datetime
    kind: AuditKind
    person: uuid.UUID | None = Field(description="to whom")
    name: str | None = Field(description="null where nobody is known, or the account is gone")
    actor: uuid.UUID | None = Field(description="by whom; null: command line, or unknown")
    actor_name: str | None
    details: dict[str, str | list[str]]


class AuditPage(BaseModel):
    """Some of the log, the newest first."""

    items: tuple[AuditView, ...]
    next: int | None = Field(description="send as ?before= for the next page; null at the end")


class PersonView(BaseModel):
    """Who is asking."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: uuid.UUID
    name: str
    role: Role
    created_at: datetime
