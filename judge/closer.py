"""Closes what was killed already, beside those who wait for a report."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


class Closer:
    """Calls what it is given, one after another, in a thread of its own; in the caller's once it
    is closed itself. A killed process takes some 10 ms until the kernel has its memory back."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="closer")

    def __call__(self, close: Callable[[], None]) -> None:
        try:
            self._thread.submit(close)
        except RuntimeError:
            close()

    def wait(self) -> None:
        """Returns when all is closed that was given before; it goes on to take more."""
        self._thread.submit(lambda: None).result()

    def close(self) -> None:
        """Returns when all is closed that was given before."""
        self._thread.shutdown()
