"""Puts recorded module calls into the order in which they happened.

A call under a transformation is recorded by a callback whenever its program runs: it carries the
order of its tracing, can come again from a warm cache, and comes once a step of a loop. Within one
run of a program callbacks may arrive in any order; runs follow each other.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Record:
    """One call of an observed module. ``order`` is that of tracing; ``staged`` says that a
    callback made the record; ``rows`` counts the rows of a mapped call, or the calls merged into
    one."""

    order: int
    staged: bool
    path: str
    cls: str
    phase: str
    params: dict[str, np.ndarray]
    given: np.ndarray | None
    made: np.ndarray | None
    rows: int = 1

    def arrays(self) -> list[np.ndarray]:
        """Everything in it, in the order in which it is sent."""
        return [*self.params.values(), *(a for a in (self.given, self.made) if a is not None)]


def in_order(arrived: Iterable[Record]) -> list[Record]:
    """Records as they happened: runs as they came, each in the order of its tracing, with the calls
    of one order merged into one record."""
    ordered: list[Record] = []
    for run in _runs(arrived):
        run.sort(key=lambda record: record.order)
        for _, rows in itertools.groupby(run, key=lambda record: record.order):
            ordered.append(_merged(list(rows)))
    return ordered


def _runs(arrived: Iterable[Record]) -> list[list[Record]]:
    """A new run begins where a call comes again with other parameters, or where a program traced
    earlier follows on a call made directly."""
    runs: list[list[Record]] = []
    seen: dict[int, Record] = {}
    newest_direct = -1
    for record in arrived:
        before = seen.get(record.order)
        again = before is not None and not _same_params(before, record)
        if not runs or again or (record.staged and record.order < newest_direct):
            runs.append([])
            seen, newest_direct = {}, -1
        runs[-1].append(record)
        seen[record.order] = record
        if not record.staged:
            newest_direct = max(newest_direct, record.order)
    return runs


def _same_params(one: Record, other: Record) -> bool:
    return one.params.keys() == other.params.keys() and all(
        np.array_equal(value, other.params[name]) for name, value in one.params.items()
    )


def _merged(rows: list[Record]) -> Record:
    if len(rows) == 1:
        return rows[0]
    given, made = ([getattr(row, name) for row in rows] for name in ("given", "made"))
    return replace(rows[0], given=_stacked(given), made=_stacked(made), rows=len(rows))


def _stacked(arrays: list[np.ndarray | None]) -> np.ndarray | None:
    present = [a for a in arrays if a is not None]
    if len(present) != len(arrays) or len({a.shape for a in present}) != 1:
        return None
    return np.stack(present)
