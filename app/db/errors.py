"""Errors of the database's surroundings. Each message says what would put it right."""

from __future__ import annotations


class DatabaseError(Exception):
    """The database cannot be run or reached."""


class FolderInUse(DatabaseError):
    """Another service works on the data folder."""
