"""How many there are of something, in words."""

from __future__ import annotations


def counted(count: int, one: str, many: str = "") -> str:
    """So many of something: 1 day, 3 days, 2 people."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"
