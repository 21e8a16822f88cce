"""One line of text, as titles and names of things in courses are: checked, and described."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

# What cannot be seen or turns what follows around: controls, separators of lines, marks of
# direction. Halves of surrogate pairs are no characters, and no pattern needs to say so.
_UNSEEN = r"\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
_WRONG = re.compile(rf"[{_UNSEEN}\ud800-\udfff]")
# They join letters and are nothing by themselves.
_JOINERS = r"\u200c\u200d"
_SEEN = re.compile(rf"[^\s{_JOINERS}]")

MOST_CHARACTERS = 200


def tidy_line(text: str) -> str:
    """A line without space around it, or the line end that pasting brings. Raises ValueError where
    it holds what cannot be seen."""
    text = text.removesuffix("\n")
    if found := _WRONG.search(text):
        raise ValueError(
            f"the character {found.group()!a} at position {found.start() + 1} cannot be seen in "
            "one line of text; leave it out"
        )
    return unicodedata.normalize("NFC", text).strip()


def _said(text: str) -> str:
    tidied = tidy_line(text)
    if not _SEEN.search(tidied):
        raise ValueError("it is empty; write at least one character that can be seen")
    return tidied


@dataclass(frozen=True)
class _Described:
    """Says the same as a pattern: a field's own description must not take its place."""

    pattern: str

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(core), "pattern": self.pattern}


Line = Annotated[
    str,
    Field(max_length=MOST_CHARACTERS),
    AfterValidator(_said),
    _Described(rf"^[^{_UNSEEN}]*[^\s{_JOINERS}{_UNSEEN}][^{_UNSEEN}]*$"),
]
# The same, which may say nothing.
EmptyLine = Annotated[
    str,
    Field(max_length=MOST_CHARACTERS),
    AfterValidator(tidy_line),
    _Described(f"^[^{_UNSEEN}]*$"),
]
