"""One line of text, as titles and names of things in courses are: checked, and described."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, Field

# What cannot be seen or turns what follows around: controls, separators of lines, marks of
# direction, halves of surrogate pairs.
_UNSEEN = r"\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
_WRONG = re.compile(f"[{_UNSEEN}]")

MOST_CHARACTERS = 200


def tidy_line(text: str) -> str:
    """A line without space around it. Raises ValueError where it holds what cannot be seen."""
    if found := _WRONG.search(text):
        raise ValueError(
            f"the character {found.group()!a} at position {found.start() + 1} cannot be seen in "
            "one line of text; leave it out"
        )
    return unicodedata.normalize("NFC", text).strip()


def _said(text: str) -> str:
    tidied = tidy_line(text)
    if not tidied:
        raise ValueError("it is empty; write at least one character that can be seen")
    return tidied


def _described(pattern: str) -> Any:
    return Field(max_length=MOST_CHARACTERS, json_schema_extra={"pattern": pattern})


Line = Annotated[
    str, AfterValidator(_said), _described(rf"^[^{_UNSEEN}]*[^\s{_UNSEEN}][^{_UNSEEN}]*$")
]
# The same, which may say nothing.
EmptyLine = Annotated[str, AfterValidator(tidy_line), _described(f"^[^{_UNSEEN}]*$")]
