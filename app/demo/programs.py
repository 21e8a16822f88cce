"""What students of the demo submit: known submissions of the packages, a little varied."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from judge.package import KnownSubmission, Package
from judge.verdict import Verdict

# Of the wrong ones; those that run into a limit keep a worker for seconds and are rare.
_WRONG: Mapping[Verdict, int] = {
    Verdict.WA: 80,
    Verdict.RTE: 11,
    Verdict.CE: 6,
    Verdict.TLE: 1,
    Verdict.MLE: 1,
    Verdict.OLE: 1,
}
_REMARKS = (
    "tried again after the lab",
    "from my notes",
    "is this what the statement means?",
    "second version",
    "works on my machine",
    "clean this up later",
)


class Programs:
    """The known submissions of a problem, by whether they are right."""

    def __init__(self, package: Package) -> None:
        self._right = [each for each in package.submissions if each.verdict is Verdict.AC]
        self._wrong: dict[Verdict, list[KnownSubmission]] = {}
        for each in package.submissions:
            if each.verdict in _WRONG:
                self._wrong.setdefault(each.verdict, []).append(each)

    @property
    def any_right(self) -> bool:
        """Whether there is one that is right."""
        return bool(self._right)

    def draw(self, drawn: random.Random, right: bool) -> str:
        """A program that is right, or one that is wrong, varied."""
        if right or not self._wrong:
            return _varied(drawn, drawn.choice(self._right).source)
        verdicts = sorted(self._wrong)
        verdict = drawn.choices(verdicts, [_WRONG[each] for each in verdicts])[0]
        source = drawn.choice(self._wrong[verdict]).source
        return _cut(drawn, source) if drawn.random() < 0.03 else _varied(drawn, source)


def attempts(drawn: random.Random, skill: float, most: int) -> Sequence[bool]:
    """Whether each program is right that somebody submits until one is or they give up."""
    found: list[bool] = []
    while len(found) < most and True not in found:
        found.append(drawn.random() < skill)
        if drawn.random() < 0.25:
            break
    return found


def _varied(drawn: random.Random, source: str) -> str:
    """The same program, as somebody else would have left it."""
    head = f"# {drawn.choice(_REMARKS)}\n" if drawn.random() < 0.6 else ""
    tail = 'print("module loaded")\n' if drawn.random() < 0.05 else ""
    text = head + source.rstrip("\n") + "\n" * drawn.randint(1, 3) + tail
    # `from __future__` stays the first statement: a comment before it is none.
    return text.replace("\n", "\r\n") if drawn.random() < 0.05 else text


def _cut(drawn: random.Random, source: str) -> str:
    """A program that was sent before it was finished."""
    lines = source.splitlines()
    return "\n".join(lines[: drawn.randint(1, max(1, len(lines) - 1))]) + "\n"
