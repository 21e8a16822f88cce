"""What is told about people."""

from __future__ import annotations

import uuid
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from app.models import Role


class PersonView(BaseModel):
    """Who is asking."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: uuid.UUID
    name: str
    role: Role
    created_at: datetime
