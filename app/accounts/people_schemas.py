"""What admins are told about people and invitations."""

from __future__ import annotations

import uuid
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from app.models import Role


class PersonRow(BaseModel):
    """A person in a list."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID
    name: str
    email: str | None
    role: Role
    created_at: datetime
    last_seen_at: datetime | None = Field(description="in a browser that is still signed in")


class PeoplePage(BaseModel):
    """Some people, by name."""

    items: tuple[PersonRow, ...]
    total: int = Field(description="how many there are on all pages")
    next: str | None = Field(description="send as ?after= for the next page; null at the end")


class PersonDetail(PersonRow):
    """A person, and by what they get in."""

    has_password: bool
    identities: int = Field(description="at an OpenID provider")
    browsers: int = Field(description="in which they are signed in")
    tokens: int = Field(description="API tokens that are valid")


class PersonChange(BaseModel):
    """What is to be different about a person."""

    model_config = ConfigDict(extra="forbid")

    role: Role


class ResetLinkView(BaseModel):
    """A link by which a person chooses a new password."""

    model_config = ConfigDict(frozen=True)

    email: str
    sent: bool = Field(description="whether it goes out by mail")
    url: str | None = Field(description="the link, where no mail server is set; told this once")


class PendingInvitation(BaseModel):
    """An invitation that was not used yet. Its link is not known any more."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: uuid.UUID
    email: str
    role: Role
    created_at: datetime
    expires_at: datetime


class InvitationPage(BaseModel):
    """Invitations that were not used yet, the newest first."""

    items: tuple[PendingInvitation, ...]
    next: uuid.UUID | None = Field(description="send as ?after= for the next page; null at the end")
