"""What is told about people."""

from __future__ import annotations

import uuid
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from app.models import Role


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


class PersonView(BaseModel):
    """Who is asking."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: uuid.UUID
    name: str
    role: Role
    created_at: datetime
