"""Reads a table from a CSV file as spreadsheets and learning platforms write them."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from app.formats.csv_lines import unguarded

MOST_BYTES = 512 * 1024
MOST_ROWS = 5000
_MOST_IN_A_FIELD = 1000

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = ",;\t"
_QUOTED = re.compile(r'"[^"]*(?:"|$)')

_Column = TypeVar("_Column", bound=str)


@dataclass(frozen=True)
class WrongRow:
    """A row that cannot be used: the line on which it begins, counted from 1, and why."""

    line: int
    reason: str


class Unreadable(Exception):
    """From here on the file makes no sense; the message says why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.wrong = WrongRow(line, reason)


def read_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, each with the line on which it begins. Raises Unreadable
    where the file makes no sense any more."""
    return _rows(_decoded(data))


def ignored_names(header: Sequence[str], columns: Sequence[_Column | None]) -> tuple[str, ...]:
    """The names in the header that mean none of the columns that are read."""
    pairs = zip(header, columns, strict=True)
    return tuple(name.strip() for name, column in pairs if column is None and name.strip())


def named_fields(
    line: int, fields: Sequence[str], columns: Sequence[_Column | None]
) -> dict[_Column, str]:
    """What a row says in the columns that are known; nothing where a field is empty. An apostrophe
    that an export put before what a spreadsheet would run is taken away. Raises Unreadable."""
    if any(field.strip() for field in fields[len(columns) :]):
        raise Unreadable(
            line,
            f"There are {len(fields)} fields, and {len(columns)} columns have names. A field that "
            "holds the delimiter is written in quotation marks.",
        )
    values = {
        column: text
        for column, field in zip(columns, fields, strict=False)
        if column is not None and (text := unguarded(field.strip()).strip())
    }
    for column, value in values.items():
        if len(value) > _MOST_IN_A_FIELD:
            raise Unreadable(line, f"The {column} has more than {_MOST_IN_A_FIELD} characters.")
    return values


def bare(name: str) -> str:
    """A name as names are compared: small letters and digits of the compatibility form."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())


def _decoded(data: bytes) -> str:
    """UTF-8, what has a mark at its begin, or what spreadsheets on Windows write else."""
    if len(data) > MOST_BYTES:
        raise Unreadable(1, f"The file has more than {MOST_BYTES // 1024} KiB. Divide it.")
    marked = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(1, "The file is no text in a known encoding. Save it as CSV in UTF-8.")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, each with the line on which it begins."""
    skipped = 0
    # Excel tells itself the delimiter on a first line of its own.
    told = re.match(r"sep=([,;\t])(\r\n|\r|\n)", text, re.IGNORECASE)
    if told is not None:
        text, skipped = text[told.end() :], 1
    delimiter = told[1] if told is not None else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    count = 0
    while True:
        line = reader.line_num + skipped + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(
                line,
                f"From here on the file is no CSV: {error}. A field that holds a quotation mark "
                'is written in quotation marks, with the mark in it doubled: "Ann ""Lee""".',
            ) from error
        if any(field.strip() for field in fields):
            count += 1
            if count > MOST_ROWS + 1:
                raise Unreadable(line, f"There are more than {MOST_ROWS} rows. Divide the file.")
            yield line, fields


def _delimiter(text: str) -> str:
    """What stands most often between the names of the columns, and in none that is quoted."""
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    return max(_DELIMITERS, key=_QUOTED.sub("", first).count)
