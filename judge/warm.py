"""Fills the compilation cache with what public warm-up code compiles on the pool of shapes."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable, Iterator

from judge.answer import Answer
from judge.case import Case
from judge.errors import JudgeError
from judge.package import Package
from judge.plan import warmup_cases
from judge.reference import LIMITS
from judge.sandbox.backend import Backend, Process

WARMUP_ENTRY = "warmup"


class WarmupFailed(JudgeError):
    """The package's own warm-up code did not run."""


def warm(sandbox: Backend, package: Package, epoch: int, stop: threading.Event) -> bool:
    """Runs ``warmup.py`` once on each shape, in a sandbox whose cache is writable. False if it was
    stopped before the end. Raises WarmupFailed where it fails: that is the author's."""
    if package.warmup is None:
        return True
    cases = warmup_cases(package, epoch)
    with sandbox.spawn(dataclasses.replace(LIMITS, nice=19)) as process:
        answers = warmup_answers(process, package, cases)
        for _ in cases:
            if stop.is_set():
                return False
            answer = next(answers)
            if answer.output is None:
                why = answer.raised or answer.ended or answer.refusal
                raise WarmupFailed(f"warmup.py of {package.slug} fails: {why}")
    return True


def warmup_answers(process: Process, package: Package, cases: Iterable[Case]) -> Iterator[Answer]:
    """Loads the public warm-up into ``process`` and calls it on each case as it is asked for; on
    none where the package has no warm-up. Raises WarmupFailed where it does not load."""
    if package.warmup is None:
        return
    loaded = process.load(WARMUP_ENTRY, package.warmup, WARMUP_ENTRY, package.spec.parameters)
    if loaded.failure is not None or loaded.ended is not None:
        raise WarmupFailed(f"warmup.py of {package.slug} does not load: {loaded}")
    for case in cases:
        yield process.call(WARMUP_ENTRY, case.inputs)
