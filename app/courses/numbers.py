"""Numbers in bodies of JSON, which neither text nor true is: their fields are strict. In a form
numbers are text; what comes from one is read with ``strict=False``."""

from __future__ import annotations

from pydantic import BeforeValidator


def _whole(value: object) -> object:
    """JSON knows no integers: 3.0 is one, and neither "3" nor true is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _span(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("a time span is text, for example P2D, or a number of seconds")
    return value


# Beside the other marks of a strict integer, and of a time span.
WHOLE = BeforeValidator(_whole)
SPAN = BeforeValidator(_span)
