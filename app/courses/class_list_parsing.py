"""Reads a class list: a CSV file as spreadsheets and learning platforms write them."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.accounts.addresses import tidy_address
from app.accounts.names import tidy_name
from app.courses.texts import MOST_CHARACTERS, tidy_line
from app.errors import Invalid
from app.models import CourseRole

MOST_BYTES = 512 * 1024
MOST_ROWS = 5000
_MOST_IN_A_FIELD = 1000


class Column(StrEnum):
    """What a column can hold. The first and last name of a person are put together."""

    EMAIL = "email"
    NAME = "name"
    FIRST_NAME = "first name"
    LAST_NAME = "last name"
    SECTION = "section"
    ROLE = "role"
    STUDENT_NUMBER = "student_number"


# How other programs call the columns; small letters, without anything between the words.
_CALLED = {
    Column.EMAIL: "email emailaddress mail mailaddress eaddress",
    Column.NAME: "name fullname student studentname displayname",
    Column.FIRST_NAME: "firstname givenname forename",
    Column.LAST_NAME: "lastname surname familyname",
    Column.SECTION: "section sections sectionname group groups lab tutorial class",
    Column.ROLE: "role courserole",
    Column.STUDENT_NUMBER: "studentnumber studentno studentid sid idnumber matriculationnumber",
}
_COLUMNS = {name: column for column, names in _CALLED.items() for name in names.split()}

_ROLES = {
    CourseRole.OWNER: "owner",
    CourseRole.INSTRUCTOR: "instructor teacher professor lecturer",
    CourseRole.GRADER: "grader ta teachingassistant assistant tutor",
    CourseRole.OBSERVER: "observer auditor",
    CourseRole.STUDENT: "student learner",
}
_CALLED_ROLES = {name: role for role, names in _ROLES.items() for name in names.split()}

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = ",;\t"


@dataclass(frozen=True)
class ListedPerson:
    """A row that can be read. What the file leaves empty is None."""

    line: int
    email: str
    name: str | None = None
    section: str | None = None
    role: CourseRole | None = None
    student_number: str | None = None


@dataclass(frozen=True)
class WrongRow:
    """A row that cannot be used: the line on which it begins, counted from 1, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class ClassList:
    """What a file says, row by row; and the columns that were not understood."""

    people: tuple[ListedPerson, ...] = ()
    wrong: tuple[WrongRow, ...] = ()
    ignored: tuple[str, ...] = ()


class _Unreadable(Exception):
    """From here on the file makes no sense; the message says why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.wrong = WrongRow(line, reason)


def parse(data: bytes) -> ClassList:
    """The people on a class list. Never raises: whatever is wrong is a row of ``wrong``."""
    people: list[ListedPerson] = []
    wrong: list[WrongRow] = []
    ignored: tuple[str, ...] = ()
    try:
        rows = _rows(_decoded(data))
        line, header = next(rows, (1, []))
        columns = _columns(line, header)
        ignored = tuple(
            name.strip()
            for name, column in zip(header, columns, strict=True)
            if column is None and name.strip()
        )
        first_seen: dict[str, int] = {}
        for line, fields in rows:
            try:
                person = _person(line, fields, columns)
                if (before := first_seen.setdefault(person.email, line)) != line:
                    raise _Unreadable(line, f"{person.email} is on line {before} already.")
                people.append(person)
            except _Unreadable as error:
                wrong.append(error.wrong)
    except _Unreadable as error:
        wrong.append(error.wrong)
    return ClassList(tuple(people), tuple(wrong), ignored)


def _decoded(data: bytes) -> str:
    """UTF-8, what has a mark at its begin, or what spreadsheets on Windows write else."""
    if len(data) > MOST_BYTES:
        raise _Unreadable(1, f"The file has more than {MOST_BYTES // 1024} KiB. Divide it.")
    marked = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _Unreadable(1, "The file is no text in a known encoding. Save it as CSV in UTF-8.")


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
            raise _Unreadable(
                line,
                f"From here on the file is no CSV: {error}. A field that holds a quotation mark "
                'is written in quotation marks, with the mark in it doubled: "Ann ""Lee""".',
            ) from error
        if any(field.strip() for field in fields):
            count += 1
            if count > MOST_ROWS + 1:
                raise _Unreadable(line, f"There are more than {MOST_ROWS} rows. Divide the file.")
            yield line, fields


def _delimiter(text: str) -> str:
    """What stands most often between the names of the columns."""
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    return max(_DELIMITERS, key=first.count)


def _columns(line: int, header: Sequence[str]) -> list[Column | None]:
    if not header:
        raise _Unreadable(1, "The file is empty. Its first line names the columns.")
    columns = [_COLUMNS.get(_bare(name)) for name in header]
    known = [column for column in columns if column is not None]
    twice = next((column for column in known if known.count(column) > 1), None)
    if twice is not None:
        raise _Unreadable(line, f"Two columns mean the same, {twice}. Take one of them out.")
    if Column.EMAIL not in known:
        found = ", ".join(repr(name.strip()[:40]) for name in header[:10])
        raise _Unreadable(
            line,
            "No column is named email. The first line names the columns: email and, where you "
            f"have them, name, section, role, student_number. It holds {found}.",
        )
    return columns


def _person(line: int, fields: Sequence[str], columns: Sequence[Column | None]) -> ListedPerson:
    if any(field.strip() for field in fields[len(columns) :]):
        raise _Unreadable(
            line,
            f"There are {len(fields)} fields, and {len(columns)} columns have names. A field that "
            "holds the delimiter is written in quotation marks.",
        )
    values = {
        column: field.strip()
        for column, field in zip(columns, fields, strict=False)
        if column is not None and field.strip()
    }
    for column, value in values.items():
        if len(value) > _MOST_IN_A_FIELD:
            raise _Unreadable(line, f"The {column} has more than {_MOST_IN_A_FIELD} characters.")
    if Column.EMAIL not in values:
        raise _Unreadable(line, "There is no e-mail address.")
    try:
        return ListedPerson(
            line,
            tidy_address(values[Column.EMAIL]),
            name=_name(values),
            section=_line(values, Column.SECTION),
            role=_role(values.get(Column.ROLE)),
            student_number=_line(values, Column.STUDENT_NUMBER),
        )
    except Invalid as error:
        raise _Unreadable(line, str(error.detail)) from error
    except ValueError as error:
        raise _Unreadable(line, str(error)) from error


def _name(values: dict[Column, str]) -> str | None:
    parts = (values.get(Column.FIRST_NAME), values.get(Column.LAST_NAME))
    name = values.get(Column.NAME) or " ".join(part for part in parts if part)
    return tidy_name(name) if name else None


def _line(values: dict[Column, str], column: Column) -> str | None:
    value = values.get(column)
    if value is None:
        return None
    try:
        tidied = tidy_line(value)
    except ValueError as error:
        raise ValueError(f"In the {column}, {error}.") from error
    if len(tidied) > MOST_CHARACTERS:
        raise ValueError(f"The {column} has more than {MOST_CHARACTERS} characters.")
    return tidied or None


def _role(text: str | None) -> CourseRole | None:
    if text is None:
        return None
    role = _CALLED_ROLES.get(_bare(text))
    if role is None:
        known = ", ".join(CourseRole)
        raise ValueError(f"{text[:40]!r} is no role. A role is one of {known}.")
    return role


def _bare(name: str) -> str:
    """A name as names are compared: small letters and digits of the compatibility form."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())
