"""Remembers answers of package code, so that a plan that serves several people is asked once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

from judge.answer import Answer

_OVERHEAD = 1024


class AnswerMemory:
    """The most recently used answers, up to a number of bytes of arrays. Thread-safe."""

    def __init__(self, limit_bytes: int = 64 << 20) -> None:
        self._limit = limit_bytes
        self._size = 0
        self._answers: OrderedDict[Hashable, tuple[Answer, int]] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, key: Hashable) -> Answer | None:
        """The answer remembered under ``key``, if it still is."""
        with self._lock:
            if key not in self._answers:
                return None
            self._answers.move_to_end(key)
            return self._answers[key][0]

    def remember(self, key: Hashable, answer: Answer) -> None:
        """Keeps ``answer``, forgetting what was not used for longest where the room is short."""
        size = answer.nbytes + _OVERHEAD
        if size > self._limit:
            return
        with self._lock:
            self._size += size - self._answers.pop(key, (answer, 0))[1]
            self._answers[key] = (answer, size)
            while self._size > self._limit:
                _, (_, freed) = self._answers.popitem(last=False)
                self._size -= freed
