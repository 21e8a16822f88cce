"""What is wrong with a problem package: where it is, and in words."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class PackageError(Exception):
    """A problem package that cannot be used. ``str()`` is ``file:line: message``, a line each
    where several things are wrong; ``every`` holds all of them, this one first."""

    def __init__(
        self,
        message: str,
        file: str = "",
        line: int | None = None,
        others: Iterable[PackageError] = (),
    ) -> None:
        super().__init__(message, file, line)
        self.message = message
        self.file = file
        self.line = line
        self.every: tuple[PackageError, ...] = (self, *others)

    def __str__(self) -> str:
        return "\n".join(error._own_line() for error in self.every)

    def _own_line(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.message}" if place else self.message


class Complaints:
    """Collects what is wrong, so that an author reads all of it at once."""

    def __init__(self) -> None:
        self._errors: list[PackageError] = []

    def add(self, message: str, file: str, line: int | None = None) -> None:
        """Note one thing; the same thing said of the same line is noted once."""
        noted = any((e.message, e.file, e.line) == (message, file, line) for e in self._errors)
        if not noted:
            self._errors.append(PackageError(message, file, line))

    def __bool__(self) -> bool:
        return bool(self._errors)

    def __len__(self) -> int:
        return len(self._errors)

    def raise_if_any(self) -> None:
        """Raise one PackageError that holds all, in the order of file and line."""
        if self._errors:
            first, *others = sorted(self._errors, key=lambda error: (error.file, error.line or 0))
            raise PackageError(first.message, first.file, first.line, others)


def nearest(word: str, known: Iterable[str]) -> str:
    """A tail for a message about an unknown word: the nearest known one, else all of them."""
    choices = sorted(set(known))
    close = get_close_matches(word, choices, n=1, cutoff=0.6)
    if close:
        return f"; did you mean '{close[0]}'?"
    return f"; known are {', '.join(choices)}" if choices else "; none is declared"
