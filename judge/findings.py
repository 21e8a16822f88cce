"""What findings there are, as a page: ``python -m judge.findings`` prints docs/findings.md."""

from __future__ import annotations

import string

from judge.explain import Explanation, explanations
from judge.patterns import parts
from judge.patterns.find import PATTERNS
from judge.patterns.finding import PREFIX

_HEAD = """# Findings

Made by `python -m judge.findings` from the tables that are used in judging.

A finding is one observation about a case: a `kind`, a sentence, and its evidence as data. A case \
lists them in the order in which they were made; the diagnosis of an attempt is the message of the \
pitfall where a known-wrong program fails in the same way, else the first pattern or explanation, \
else the first finding.

## Patterns

Where a result has other values, another shape, or NaN and inf in other places, its relation to \
the expected one is looked at. What is told holds for all values (up to rounding, by dtype) and is \
not there by chance: random results have none. Two at most are told, from the special to the \
general, and of those that would say the same in other words only the first.

| kind | what is seen |
|---|---|
"""

_EXPLANATIONS = """
## Explanations

An exception that learners meet gets a second finding, `explanation`, with the line of their own \
code. The table is `judge/explanations.yaml`, in order; *any* stands for every type. Words in \
angle brackets come from the message.

| id | exception | sentence |
|---|---|---|
"""


def findings_text() -> str:
    """The page."""
    leaf = " ".join((parts.one_leaf.__doc__ or "").split())
    patterns = [(f"{PREFIX}one_leaf", leaf), *((p.kind, p.meaning) for p in PATTERNS)]
    rows = [f"| `{kind}` | {meaning} |\n" for kind, meaning in patterns]
    explained = [f"| `{e.id}` | {_type(e)} | {_sentence(e)} |\n" for e in explanations()]
    return _HEAD + "".join(rows) + _EXPLANATIONS + "".join(explained)


def _type(explanation: Explanation) -> str:
    return "*any*" if explanation.type == "*" else f"`{explanation.type}`"


def _sentence(explanation: Explanation) -> str:
    """The sentence with its fields in angle brackets, and nothing that a table would take for its
    own."""
    told = []
    for text, field, _, _ in string.Formatter().parse(explanation.sentence):
        told.append(text + (f"‹{field}›" if field else ""))
    return "".join(told).replace("|", "\\|").replace("*", "\\*")


if __name__ == "__main__":
    print(findings_text(), end="")
