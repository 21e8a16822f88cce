"""Processes that have run package code and are kept for the next who asks the same package.

What they ran stays compiled in them, so that the reference answers a plan whose shapes the pool has
shown before in milliseconds instead of seconds. No submission ever enters one.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from judge.sandbox.backend import Process

Key = tuple[str, str]

_REQUESTS = 5000
"""After so many a process is given up: what it compiled is never freed."""


@dataclass
class Answerer:
    """A process for one package's code, the programs that were loaded into it (whether that went
    well), and how often it was asked. From one thread at a time."""

    process: Process
    loaded: dict[str, bool] = field(default_factory=dict)
    requests: int = 0

    @property
    def worn(self) -> bool:
        """Whether another process has to take its place."""
        return not self.process.alive or self.requests >= _REQUESTS


class Answerers:
    """Keeps up to ``size`` idle processes, those that were used last. Thread-safe."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._idle: deque[tuple[Key, Answerer]] = deque()
        self._closed = False
        self._lock = threading.Lock()

    def borrow(self, key: Key, spawn: Callable[[], Process]) -> Answerer:
        """One for this package and backend, for the caller alone until it is given back. What
        ``spawn`` raises is passed on."""
        with self._lock:
            for entry in reversed(self._idle):
                if entry[0] == key and entry[1].process.running:
                    self._idle.remove(entry)
                    return entry[1]
        return Answerer(spawn())

    def give_back(self, key: Key, answerer: Answerer) -> None:
        """Takes it back when no request of the caller's is under way."""
        gone = [answerer]
        with self._lock:
            if not self._closed and not answerer.worn:
                self._idle.append((key, answerer))
                gone = [self._idle.popleft()[1] for _ in range(len(self._idle) - self._size)]
        for each in gone:
            each.process.close()

    def clear(self) -> None:
        """Ends all that are idle."""
        with self._lock:
            idle, self._idle = self._idle, deque()
        for _, answerer in idle:
            answerer.process.close()

    def close(self) -> None:
        """Ends all that are idle, and each other one when it is given back."""
        with self._lock:
            self._closed = True
        self.clear()
