"""What goes in and out about comments on programs."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.courses.numbers import WHOLE
from app.plain_text import WrittenText

# PostgreSQL's largest integer: where a program ends is checked apart.
_LAST_LINE = 2**31 - 1


class CommentCreate(BaseModel):
    """A comment to be written."""

    model_config = ConfigDict(extra="forbid")

    line: Annotated[int, Field(strict=True, ge=1, le=_LAST_LINE), WHOLE] | None = Field(
        default=None,
        description="the line of the program, from 1; null for all of it",
    )
    text: WrittenText = Field(description="Markdown", examples=["This loop can be a `jax.vmap`."])


class CommentChange(BaseModel):
    """What a comment is to say instead."""

    model_config = ConfigDict(extra="forbid")

    text: WrittenText = Field(description="Markdown")


class CommentView(BaseModel):
    """A comment, as its reader may see it."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID
    line: int | None
    text: str = Field(description="Markdown")
    author: str = Field(description="a name or, where the grading is anonymous, a role")
    own: bool = Field(description="whether the reader wrote it")
    created_at: datetime


class CommentList(BaseModel):
    """The comments on a program: those on all of it first, then by line, the oldest first."""

    model_config = ConfigDict(frozen=True)

    items: tuple[CommentView, ...]
    may_comment: bool = Field(description="whether the reader may write some")
    shown_to_student: bool = Field(description="whether who wrote the program sees them by now")
