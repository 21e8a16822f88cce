"""What findings there are, as a page: ``python -m judge.findings`` prints docs/findings.md."""

from __future__ import annotations

import string

from judge.alteration import KINDS
from judge.alteration import PREFIX as ALTERED
from judge.explain import Explanation, explanations
from judge.patterns import parts
from judge.patterns.find import PATTERNS
from judge.patterns.finding import PREFIX

_HEAD = """# Findings

Made by `python -m judge.findings` from the tables that are used in judging.

A finding is one observation about a case: a `kind`, a sentence, and its evidence as data. A case \
lists what explains it first, then what was seen in the order in which that was made; the \
diagnosis of an attempt is the message of the pitfall where a known-wrong program fails in the \
same way, else the first counterfactual, pattern or explanation, else the first finding.

## Patterns

Where a result has other values, another shape, or NaN and inf in other places, its relation to \
the expected one is looked at. What is told holds for all values (up to rounding, by dtype) and \
is not there by chance: random results have none. Two at most are told, from the special to the \
general, and of those that would say the same in other words only the first.

| kind | what is seen |
|---|---|
"""

_COUNTERFACTUALS = """
## Counterfactuals

Where no pitfall has a wrong answer's output and no pattern says what was done to it, the \
reference is asked what it gives for the same case with an input altered, in a sandbox of its \
own. Where that is the answer that came, on every failing case that is looked at (four at most), \
the finding says so: "Your answer is what a right program gives when all of beta is 0: is beta \
used?". It must agree within the problem's tolerance, and explain the numbers so much better than \
the expected ones do that it is no chance. `margin` is error ÷ allowed against the expected \
output, `margin_when_altered` against that of the altered case. Of several that fit as well the \
first in this order is told; ninety are asked for at most, for a few seconds. In an output \
of several arrays one may be 0 or have the other sign besides, as the gradient by an input that \
is not used or is subtracted has.

| kind | an input … |
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
    altered = [f"| `{ALTERED}{name}` | {kind.meaning} |\n" for name, kind in KINDS.items()]
    parts_of_page = (_HEAD, *rows, _COUNTERFACTUALS, *altered, _EXPLANATIONS, *explained)
    return "".join(parts_of_page)


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
