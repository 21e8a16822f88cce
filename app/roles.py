"""What people may do. Apart from the tables, so that a command line can name them cheaply."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person may do: learn, teach, or run the service."""

    LEARNER = "learner"
    INSTRUCTOR = "instructor"
    ADMIN = "admin"
