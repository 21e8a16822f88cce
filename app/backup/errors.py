"""What can go wrong with a backup. Each message says what would put it right."""

from __future__ import annotations


class BackupError(Exception):
    """A backup cannot be written, read or restored. Nothing was changed."""
