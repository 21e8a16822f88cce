"""What is told about identities."""

from __future__ import annotations

import uuid
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class IdentityView(BaseModel):
    """Who a person is at an OpenID provider."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID
    name: str = Field(description="what people call the provider")
    issuer: str
    subject: str = Field(description="who it is there")
    created_at: datetime
    last_used_at: datetime | None


class IdentityList(BaseModel):
    """A person's identities, the oldest first."""

    items: tuple[IdentityView, ...]
