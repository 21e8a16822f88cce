"""Texts of several lines that people write: what PostgreSQL and JSON can hold, and can be read."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

MOST_CHARACTERS = 10_000

# Controls but tabs and line ends, marks that show a text in another order than it is read.
_NO_TEXT = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
# What alone says nothing.
_BLANK = r"\s\u200b-\u200f\u2060-\u2065\ufeff"
# Halves of surrogate pairs are no characters; only Python's strings can hold them.
_WRONG = re.compile(rf"[{_NO_TEXT}\ud800-\udfff]")
_SAID = re.compile(f"[^{_BLANK}]")
_BLANK_LINES = re.compile(r"\A(?:[ \t]*\n)+")


def tidy_text(text: str) -> str:
    """A text without space at its end and before its first line. Raises ValueError where it is
    empty then, or holds what is no text."""
    if found := _WRONG.search(text):
        raise ValueError(
            f"the character {found.group()!a} at position {found.start() + 1} is no text; leave it "
            "out"
        )
    if not _SAID.search(text):
        raise ValueError("it is empty; write at least one character that can be seen")
    return _BLANK_LINES.sub("", re.sub(r"\r\n?", "\n", text)).rstrip()


WrittenText = Annotated[
    str,
    AfterValidator(tidy_text),
    Field(
        min_length=1,
        max_length=MOST_CHARACTERS,
        json_schema_extra={"pattern": f"^[^{_NO_TEXT}]*[^{_NO_TEXT}{_BLANK}][^{_NO_TEXT}]*$"},
    ),
]
