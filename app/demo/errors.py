"""Why a demo course cannot be made or gone on with."""

from __future__ import annotations


class DemoError(Exception):
    """The demo stops; the message says what would put it right. Run again, it goes on."""
