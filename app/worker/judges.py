"""The judges of a worker: one of the service's own runtime, and one of each other that a course has
chosen, made when something is first to be judged by it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from judge.errors import JudgeError
from judge.judge import Judge
from judge.sandbox.runtime import installed


class UnknownRuntime(JudgeError):
    """This machine has no runtime of that name."""


class Judges:
    """Thread-safe. ``make`` makes a judge of the runtime in a folder; that of the service's own is
    given, and stays with who gives it."""

    def __init__(self, own: Judge, make: Callable[[Path], Judge]) -> None:
        self._own = own
        self._make = make
        self._others: dict[str, Judge] = {}
        self._lock = threading.Lock()

    def of(self, runtime: str | None) -> Judge:
        """The judge of a runtime; None is the service's own. Raises UnknownRuntime."""
        if runtime is None or runtime == self._own.runtime.name:
            return self._own
        with self._lock:
            if runtime not in self._others:
                root = installed().get(runtime)
                if root is None:
                    raise UnknownRuntime(
                        f"The course is judged by the runtime {runtime}, which is not on this "
                        f"server: it has {', '.join(installed()) or self._own.runtime.name}. Its "
                        "staff can choose one of those, or have the other kept in "
                        "JURAX_RUNTIMES_DIR."
                    )
                self._others[runtime] = self._make(root)
            return self._others[runtime]

    def close(self) -> None:
        """End those that were made here."""
        with self._lock:
            for judge in self._others.values():
                judge.close()
            self._others.clear()
