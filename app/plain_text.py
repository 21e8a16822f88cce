"""Texts that people write: what PostgreSQL and JSON can hold, with one kind of line end."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

MOST_CHARACTERS = 10_000

# Of the control characters a text has tabs and line ends; a lone surrogate is no character.
_NO_TEXT = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def tidy_text(text: str) -> str:
    """A text without space at its end and before its first line. Raises ValueError where it is
    empty then, or holds what is no text."""
    if found := _NO_TEXT.search(text):
        raise ValueError(f"holds {found.group()!a}, which is no text; take it out")
    tidy = re.sub(r"\r\n?", "\n", text).rstrip()
    tidy = re.sub(r"\A(?:[ \t]*\n)+", "", tidy)
    if not any(character.isprintable() and character != " " for character in tidy):
        raise ValueError("is empty; write at least one character that can be seen")
    return tidy


WrittenText = Annotated[
    str, Field(min_length=1, max_length=MOST_CHARACTERS), AfterValidator(tidy_text)
]
