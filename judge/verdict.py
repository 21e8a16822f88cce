"""The closed sets that every result is told in: verdicts, reasons, visibilities."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What became of a case, a group or an attempt (ICPC words and codes)."""

    AC = "AC"
    WA = "WA"
    RTE = "RTE"
    CE = "CE"
    TLE = "TLE"
    MLE = "MLE"
    OLE = "OLE"
    IE = "IE"

    @property
    def words(self) -> str:
        """The verdict in words, as a learner reads it."""
        return _TITLES[self]


class Reason(StrEnum):
    """Why a wrong answer is wrong."""

    VALUES = "values"
    SHAPE = "shape"
    DTYPE = "dtype"
    STRUCTURE = "structure"
    NON_FINITE = "non_finite"
    TRACE = "trace"
    SHORTCUT = "shortcut"
    NONDETERMINISTIC = "nondeterministic"
    NOT_TRACEABLE = "not_traceable"


class Visibility(StrEnum):
    """How much of a group's cases a learner may see."""

    FULL = "full"
    DIFF = "diff"
    VERDICT = "verdict"

    def shows_more_than(self, other: Visibility) -> bool:
        """Whether a learner sees more by this one."""
        order = list(Visibility)
        return order.index(self) < order.index(other)


_TITLES = {
    Verdict.AC: "Accepted",
    Verdict.WA: "Wrong answer",
    Verdict.RTE: "Run-time error",
    Verdict.CE: "Compile error",
    Verdict.TLE: "Time limit exceeded",
    Verdict.MLE: "Memory limit exceeded",
    Verdict.OLE: "Output limit exceeded",
    Verdict.IE: "Judge error",
}

_PRECEDENCE = (
    Verdict.IE,
    Verdict.CE,
    Verdict.RTE,
    Verdict.TLE,
    Verdict.MLE,
    Verdict.OLE,
    Verdict.WA,
    Verdict.AC,
)


def combine(verdicts: Iterable[Verdict | None]) -> Verdict:
    """The verdict of an attempt from those of its cases; a case that did not run has none.

    The first in the order IE, CE, RTE, TLE, MLE, OLE, WA, AC that occurs. No case that ran at all
    is a judge error: nothing was shown to be right.
    """
    seen = set(verdicts)
    return next((verdict for verdict in _PRECEDENCE if verdict in seen), Verdict.IE)
