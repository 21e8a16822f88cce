"""Tables of problems and of what people have seen of them."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey, Integer, PrimaryKeyConstraint, Text, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, Moment


class Problem(Base):
    """What the catalogue lists of a problem package; the package itself stays a folder."""

    __tablename__ = "problems"

    slug: Mapped[str] = mapped_column(Text, primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(unique=True)
    version: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    track: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer)
    difficulty: Mapped[str] = mapped_column(Text)
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text))
    package_sha256: Mapped[str] = mapped_column(Text)
    listed: Mapped[bool] = mapped_column(default=True)
    updated_at: Mapped[Moment] = mapped_column(server_default=func.clock_timestamp())


class HintReveal(Base):
    """That a person asked for a hint; hints come in order, so their numbers have no gaps."""

    __tablename__ = "hint_reveals"
    __table_args__ = (PrimaryKeyConstraint("person_id", "problem_slug", "number"),)

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    problem_slug: Mapped[str] = mapped_column(
        ForeignKey("problems.slug", ondelete="CASCADE", onupdate="CASCADE")
    )
    number: Mapped[int]
    created_at: Mapped[CreatedAt]
