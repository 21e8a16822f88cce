"""What a person is told of when they next come."""

from __future__ import annotations

import uuid
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class NoticeView(BaseModel):
    """Something that happened in a course of the reader's."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID
    course_id: uuid.UUID
    course: str = Field(description="the course's title")
    text: str
    link: str | None = Field(description="where on this service there is more of it")
    created_at: datetime
    read_at: datetime | None


class NoticePage(BaseModel):
    """Some of a person's notices, the newest first."""

    model_config = ConfigDict(frozen=True)

    items: tuple[NoticeView, ...]
    unread: int = Field(description="how many there are in all that were not read")
    next: uuid.UUID | None = Field(description="send as ?after= for the next page; null at the end")


class NoticesRead(BaseModel):
    """How many notices are read now that were not before."""

    model_config = ConfigDict(frozen=True)

    read: int
