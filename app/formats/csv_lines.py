"""CSV as RFC 4180 has it, whose texts no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence

Cell = str | int | float | None

# What a spreadsheet would run or refer to where a cell begins with it: there an apostrophe is put
# before it. A cell begins with the text, and after what a spreadsheet may take for the end of one:
# where numbers have a comma, Excel divides cells by semicolons and heeds no quotation mark within
# them. Where the apostrophe stands already it gets another, so that what was written can be told
# from what was put before it.
_BEGINS = r"(?:\A|(?<=[;\t\r\n]))"
_FORMULA = r"""["']*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"""
_UNGUARDED = re.compile(rf"{_BEGINS}(?={_FORMULA})")
_GUARDED = re.compile(rf"{_BEGINS}'(?={_FORMULA})")

_LINES_AT_ONCE = 200


def csv_pieces(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The text of a file, some lines at a time. Texts are guarded; numbers are written so that they
    can be read back exactly; None is an empty cell."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for number, row in enumerate(rows, 1):
        writer.writerow([_written(cell) for cell in row])
        if number % _LINES_AT_ONCE == 0:
            yield _taken(buffer)
    if text := _taken(buffer):
        yield text


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return _UNGUARDED.sub("'", text)


def unguarded(text: str) -> str:
    """The text that was guarded."""
    return _GUARDED.sub("", text)


def figure(value: float) -> str:
    """A number with as many digits as it has: 8, 7.25, 1e-07; Infinity and NaN by name."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(value).removesuffix(".0")


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guarded(cell)
    return figure(cell)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
