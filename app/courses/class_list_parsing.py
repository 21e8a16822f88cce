"""Reads a class list: a CSV file as spreadsheets and learning platforms write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.accounts.addresses import tidy_address
from app.accounts.names import tidy_name
from app.courses.texts import MOST_CHARACTERS, tidy_line
from app.csv_tables import Unreadable, WrongRow, bare, ignored_names, named_fields, read_rows
from app.errors import Invalid
from app.models import CourseRole


class Column(StrEnum):
    """What a column can hold. The first and last name of a person are put together."""

    EMAIL = "email"
    NAME = "name"
    FIRST_NAME = "first name"
    LAST_NAME = "last name"
    SECTION = "section"
    ROLE = "role"
    STUDENT_NUMBER = "student_number"
    # By what people sign in to Canvas: an address at many schools. Other programs have none.
    CANVAS_LOGIN = "SIS Login ID"


# How other programs call the columns; small letters, without anything between the words.
_CALLED = {
    Column.EMAIL: "email emailaddress mail mailaddress eaddress",
    Column.NAME: "name fullname student studentname displayname",
    Column.FIRST_NAME: "firstname givenname forename",
    Column.LAST_NAME: "lastname surname familyname",
    Column.SECTION: "section sections sectionname group groups lab tutorial class",
    Column.ROLE: "role courserole",
    Column.STUDENT_NUMBER: "studentnumber studentno studentid sid idnumber matriculationnumber"
    " sisuserid",
    Column.CANVAS_LOGIN: "sisloginid",
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
class ClassList:
    """What a file says, row by row; and the columns that were not understood."""

    people: tuple[ListedPerson, ...] = ()
    wrong: tuple[WrongRow, ...] = ()
    ignored: tuple[str, ...] = ()


def parse(data: bytes) -> ClassList:
    """The people on a class list. Never raises: whatever is wrong is a row of ``wrong``."""
    people: list[ListedPerson] = []
    wrong: list[WrongRow] = []
    ignored: tuple[str, ...] = ()
    try:
        rows = read_rows(data)
        line, header = next(rows, (1, []))
        columns = _columns(line, header)
        ignored = ignored_names(header, columns)
        of_canvas = Column.CANVAS_LOGIN in columns
        first_seen: dict[str, int] = {}
        for line, fields in rows:
            if of_canvas and _is_about_columns(fields):
                continue
            try:
                person = _person(line, fields, columns)
                if (before := first_seen.setdefault(person.email, line)) != line:
                    raise Unreadable(line, f"{person.email} is on line {before} already.")
                people.append(person)
            except Unreadable as error:
                wrong.append(error.wrong)
    except Unreadable as error:
        wrong.append(error.wrong)
    return ClassList(tuple(people), tuple(wrong), ignored)


def _columns(line: int, header: Sequence[str]) -> list[Column | None]:
    if not header:
        raise Unreadable(1, "The file is empty. Its first line names the columns.")
    columns = [_COLUMNS.get(bare(name)) for name in header]
    known = [column for column in columns if column is not None]
    twice = next((column for column in known if known.count(column) > 1), None)
    if twice is not None:
        raise Unreadable(line, f"Two columns mean the same, {twice}. Take one of them out.")
    if not {Column.EMAIL, Column.CANVAS_LOGIN} & set(known):
        found = ", ".join(repr(name.strip()[:40]) for name in header[:10])
        raise Unreadable(
            line,
            "No column is named email. The first line names the columns: email and, where you "
            f"have them, name, section, role, student_number. It holds {found}.",
        )
    return columns


def _is_about_columns(fields: Sequence[str]) -> bool:
    """Whether a row of Canvas is about its columns: below their names it writes which grades are
    posted by hand, for nobody, and how many points there are."""
    first = fields[0].strip()
    return first == "Points Possible" or (not first and "Manual Posting" in map(str.strip, fields))


def _person(line: int, fields: Sequence[str], columns: Sequence[Column | None]) -> ListedPerson:
    values = named_fields(line, fields, columns)
    try:
        return ListedPerson(
            line,
            _address(values),
            name=_name(values, last_first=Column.CANVAS_LOGIN in columns),
            section=_line(values, Column.SECTION),
            role=_role(values.get(Column.ROLE)),
            student_number=_line(values, Column.STUDENT_NUMBER),
        )
    except Invalid as error:
        raise Unreadable(line, str(error.detail)) from error
    except ValueError as error:
        raise Unreadable(line, str(error)) from error


def _address(values: dict[Column, str]) -> str:
    if (email := values.get(Column.EMAIL)) is not None:
        return tidy_address(email)
    login = values.get(Column.CANVAS_LOGIN)
    if login is None:
        raise ValueError("There is no e-mail address.")
    try:
        return tidy_address(login)
    except Invalid as error:
        raise ValueError(
            f"The SIS Login ID {login[:40]!r} is no e-mail address. Add a column named email."
        ) from error


def _name(values: dict[Column, str], *, last_first: bool) -> str | None:
    parts = (values.get(Column.FIRST_NAME), values.get(Column.LAST_NAME))
    name = values.get(Column.NAME) or " ".join(part for part in parts if part)
    if last_first and name.count(",") == 1:
        name = " ".join(part.strip() for part in reversed(name.split(",")))
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
    role = _CALLED_ROLES.get(bare(text))
    if role is None:
        known = ", ".join(CourseRole)
        raise ValueError(f"{text[:40]!r} is no role. A role is one of {known}.")
    return role
