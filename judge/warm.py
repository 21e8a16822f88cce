"""Fills the compilation cache with what public warm-up code compiles on the pool of shapes."""

from __future__ import annotations

import ast
import dataclasses
import threading
from collections.abc import Iterable, Iterator
from enum import StrEnum

from judge.answer import Answer
from judge.case import Case
from judge.errors import JudgeError
from judge.package import Package
from judge.plan import warmup_cases
from judge.reference import LIMITS
from judge.sandbox.backend import Backend, Process


class WarmupFailed(JudgeError):
    """The package's own warm-up code did not run."""


class Entry(StrEnum):
    """A function of ``warmup.py``: the one that every spare runs too; and one, which a package may
    leave out, for programs that only the cache is to hold, since each spare would pay for them."""

    WARMUP = "warmup"
    FILL_CACHE = "fill_cache"

    def source_in(self, package: Package) -> str | None:
        """The text of ``warmup.py``; None where the package has chosen not to have the function."""
        if package.warmup is None or self is Entry.WARMUP:
            return package.warmup
        defined = {getattr(part, "name", None) for part in ast.parse(package.warmup).body}
        return package.warmup if self in defined else None


def warm(
    sandbox: Backend, package: Package, epoch: int, entry: Entry, stop: threading.Event
) -> bool:
    """Runs that function once on each shape, in a sandbox whose cache is writable. False if it was
    stopped before the end. Raises WarmupFailed where it fails: that is the author's."""
    if entry.source_in(package) is None:
        return True
    with sandbox.spawn(dataclasses.replace(LIMITS, nice=19)) as process:
        for answer in warmup_answers(process, package, warmup_cases(package, epoch), entry):
            if answer.output is None:
                why = answer.raised or answer.ended or answer.refusal
                raise WarmupFailed(f"{entry} in warmup.py of {package.slug} fails: {why}")
            if stop.is_set():
                return False
    return True


def warmup_answers(
    process: Process, package: Package, cases: Iterable[Case], entry: Entry = Entry.WARMUP
) -> Iterator[Answer]:
    """Loads the public warm-up into ``process`` and calls it on each case as it is asked for; on
    none where the package has no such function. It is observed as a submission is, so that what it
    traces holds the same callbacks. Raises WarmupFailed where it does not load."""
    source, spec = entry.source_in(package), package.spec
    if source is None:
        return
    loaded = process.load(entry, source, entry, spec.parameters)
    if loaded.failure is not None or loaded.ended is not None:
        raise WarmupFailed(f"warmup.py of {package.slug} does not load: {loaded}")
    for case in cases:
        yield process.call(entry, case.inputs, spec.trace.observe, sown=spec.trace.sown)
