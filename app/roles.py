"""What people may do. Apart from the tables, so that a command line can name them cheaply."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person may do: learn, teach, or run the service."""

    LEARNER = "learner"
    INSTRUCTOR = "instructor"
    ADMIN = "admin"


class Scope(StrEnum):
    """What an API token may do, as far as its person may."""

    READ = "read"
    SUBMIT = "submit"
    TEACH = "teach"
    ACCOUNT = "account"
    ADMIN = "admin"


ALL_SCOPES = frozenset(Scope)
