"""What a sandboxed process prints, read up to a cap."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection
from dataclasses import dataclass, field

from judge.sandbox.frames import printable


class Streams:
    """Standard output and standard error, from descriptors that do not block."""

    def __init__(self, stdout: int, stderr: int, limit: int) -> None:
        """``limit``: the bytes of one request, of each of the two."""
        self._both = (_Stream(stdout, limit), _Stream(stderr, limit))

    @property
    def readable(self) -> list[int]:
        """The descriptors that are still open at the other end."""
        return [stream.descriptor for stream in self._both if stream.open]

    @property
    def exceeded(self) -> bool:
        """Whether one of the two holds more than it may."""
        return any(stream.exceeded for stream in self._both)

    def read(self, ready: Collection[object]) -> None:
        """Takes what is there on those descriptors."""
        for stream in self._both:
            if stream.descriptor in ready:
                stream.read()

    def drain(self) -> None:
        """Takes all that was printed so far, up to the cap."""
        for stream in self._both:
            before = -1
            while stream.open and not stream.exceeded and len(stream.data) != before:
                before = len(stream.data)
                stream.read()

    def take(self) -> tuple[str, str]:
        """What was read since the last time, as text that can be shown."""
        stdout, stderr = (stream.take() for stream in self._both)
        return stdout, stderr

    def close(self) -> None:
        """Closes our ends."""
        for stream in self._both:
            os.close(stream.descriptor)


@dataclass
class _Stream:
    """A standard stream, read up to its cap."""

    descriptor: int
    limit: int
    data: bytearray = field(default_factory=bytearray)
    open: bool = True

    def read(self) -> None:
        """Takes what is there. One byte over the cap is enough to know."""
        with contextlib.suppress(BlockingIOError):
            chunk = os.read(self.descriptor, 1 << 16)
            self.open = bool(chunk)
            self.data += chunk[: self.limit + 1 - len(self.data)]

    @property
    def exceeded(self) -> bool:
        return len(self.data) > self.limit

    def take(self) -> str:
        text = self.data[: self.limit].decode("utf-8", "replace")
        self.data.clear()
        return printable(text, self.limit)
