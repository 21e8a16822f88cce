"""Tables of courses and of who is in them."""

from __future__ import annotations

import uuid
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, Moment, UuidKey


class CourseRole(StrEnum):
    """What a person is in a course. An owner may do everything; an instructor everything but
    delete the course and name owners; a grader grades; an observer reads what graders read."""

    OWNER = "owner"
    INSTRUCTOR = "instructor"
    GRADER = "grader"
    OBSERVER = "observer"
    STUDENT = "student"


class Course(Base):
    """Work set for people during a term. Dates of its assignments are read on the clocks of
    ``time_zone``; ``late_days`` is each student's budget for the term; ``runtime`` is the runtime
    that judges its assignments, None for the service's own; ``join_code`` enrols who knows it."""

    __tablename__ = "courses"
    __table_args__ = (CheckConstraint("late_days BETWEEN 0 AND 1000", name="late_days"),)

    id: Mapped[UuidKey]
    title: Mapped[str] = mapped_column(Text)
    term: Mapped[str] = mapped_column(Text)
    time_zone: Mapped[str] = mapped_column(Text, default="UTC")
    late_days: Mapped[int] = mapped_column(default=0)
    runtime: Mapped[str | None] = mapped_column(Text)
    join_code: Mapped[str | None] = mapped_column(Text, unique=True)
    created_at: Mapped[CreatedAt]
    archived_at: Mapped[Moment | None]


class Section(Base):
    """A part of a course: a lab, a tutorial."""

    __tablename__ = "sections"
    # The second lets another table say by its key that a section is one of the same course.
    __table_args__ = (UniqueConstraint("course_id", "name"), UniqueConstraint("course_id", "id"))

    id: Mapped[UuidKey]
    course_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)


class Enrolment(Base):
    """That a person is in a course. Who has left keeps the row, and with it the grades; who was
    ``taken_out`` by staff comes back by staff alone, and by no code."""

    __tablename__ = "enrolments"
    __table_args__ = (
        UniqueConstraint("course_id", "person_id"),
        CheckConstraint(
            "role IN ('owner', 'instructor', 'grader', 'observer', 'student')", name="role"
        ),
        CheckConstraint("left_at IS NOT NULL OR NOT taken_out", name="taken_out"),
        ForeignKeyConstraint(
            ["course_id", "section_id"],
            ["sections.course_id", "sections.id"],
            ondelete="SET NULL (section_id)",
        ),
    )

    id: Mapped[UuidKey]
    course_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[str] = mapped_column(Text, default=CourseRole.STUDENT.value)
    section_id: Mapped[uuid.UUID | None]
    student_number: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    left_at: Mapped[Moment | None]
    taken_out: Mapped[bool] = mapped_column(default=False)


class CourseInvitation(Base):
    """That whoever has this address is to be in a course, once there is an account with it: for
    those on a class list who have not signed up yet."""

    __tablename__ = "course_invitations"
    __table_args__ = (UniqueConstraint("course_id", "email"),)

    id: Mapped[UuidKey]
    course_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(Text, index=True)
    role: Mapped[str] = mapped_column(Text, default=CourseRole.STUDENT.value)
    section_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("sections.id", ondelete="SET NULL")
    )
    student_number: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]


class GrantRow(Base):
    """What some students get beside the rules: an extension of one assignment or, without one, an
    accommodation in the whole course. For the members named, or for a section."""

    __tablename__ = "grants"
    __table_args__ = (
        CheckConstraint("more_attempts BETWEEN 0 AND 10000", name="more_attempts"),
        CheckConstraint("assignment_id IS NOT NULL OR due_at IS NULL", name="due_of_assignment"),
    )

    id: Mapped[UuidKey]
    course_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), index=True
    )
    assignment_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("assignments.id", ondelete="CASCADE"), index=True
    )
    section_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("sections.id", ondelete="CASCADE")
    )
    due_at: Mapped[Moment | None]
    late_until: Mapped[Moment | None]
    later_by: Mapped[timedelta | None]
    more_attempts: Mapped[int] = mapped_column(default=0)
    no_penalty: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[CreatedAt]


class GrantMember(Base):
    """A student for whom a grant is."""

    __tablename__ = "grant_members"

    grant_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("grants.id", ondelete="CASCADE"), primary_key=True
    )
    enrolment_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("enrolments.id", ondelete="CASCADE"), primary_key=True, index=True
    )
