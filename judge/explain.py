"""Explains an exception in one sentence: what it means in this kind of program, and what to do.

The table is data, explanations.yaml. Type and message were said by hostile code, so they are only
ever matched and quoted, cut to a length.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from judge.answer import Raised
from judge.report import Finding

KIND = "explanation"

_TABLE = Path(__file__).with_name("explanations.yaml")
_ANY_TYPE = "*"

# Patterns are not run on more than this of a message, and no more of it is quoted in a sentence.
_LONGEST = 2000
_QUOTED = 120


class Explanation(BaseModel):
    """A row of the table; explanations.yaml says what its fields mean."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    type: str
    pattern: str = ""
    sentence: str


def explain(raised: Raised) -> Finding | None:
    """The explanation of an exception, with the line of the program that raised it; None where no
    row of the table fits."""
    found = explained(raised.type_name, raised.message)
    if found is None:
        return None
    row, sentence = found
    where = f"Line {raised.line}: " if raised.line else ""
    return Finding(
        kind=KIND,
        message=f"{where}{sentence}",
        evidence={"explanation": row.id, "type": raised.type_name, "line": raised.line},
    )


def explained(type_name: str, message: str) -> tuple[Explanation, str] | None:
    """The first row whose type and pattern fit, and its sentence with the message's own words."""
    short = type_name.rsplit(".", 1)[-1]
    for row in explanations():
        if row.type not in (short, _ANY_TYPE):
            continue
        match = re.search(row.pattern, message[:_LONGEST])
        if match is not None:
            return row, row.sentence.format(**{k: _quote(v) for k, v in match.groupdict().items()})
    return None


@lru_cache(maxsize=1)
def explanations() -> tuple[Explanation, ...]:
    """The rows of the table, in order."""
    rows = yaml.safe_load(_TABLE.read_text(encoding="utf-8"))
    return tuple(TypeAdapter(list[Explanation]).validate_python(rows))


def _quote(text: str | None) -> str:
    if text is None:
        return "?"
    return text if len(text) <= _QUOTED else text[:_QUOTED] + "…"
