"""Makes people from a CSV file: shown before anything is written, and only who is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import roster_repository
from app.accounts.addresses import tidy_address
from app.accounts.names import LOCAL_ADMIN, tidy_name
from app.accounts.roster import add_person
from app.csv_tables import Unreadable, WrongRow, bare, ignored_names, named_fields, read_rows
from app.errors import ServiceError
from app.models import Role


class _Column(StrEnum):
    NAME = "name"
    EMAIL = "email"
    ROLE = "role"


@dataclass(frozen=True)
class ListedPerson:
    """A row that can be read: somebody who is to be made or, ``known``, is there already."""

    line: int
    name: str
    email: str | None
    role: Role
    known: bool = False


@dataclass(frozen=True)
class PeopleList:
    """What a file does, row by row; and the columns that were not understood."""

    people: tuple[ListedPerson, ...]
    wrong: tuple[WrongRow, ...]
    ignored: tuple[str, ...]

    @property
    def new(self) -> tuple[ListedPerson, ...]:
        """Who is to be made."""
        return tuple(each for each in self.people if not each.known)


async def read_people(session: AsyncSession, data: bytes) -> PeopleList:
    """What a file would do now. Writes nothing; whatever is wrong is a row of ``wrong``."""
    people: list[ListedPerson] = []
    wrong: list[WrongRow] = []
    ignored: tuple[str, ...] = ()
    names, addresses = await roster_repository.taken(session)
    seen: dict[str, int] = {}
    try:
        rows = read_rows(data)
        line, header = next(rows, (1, []))
        columns = _columns(line, header)
        ignored = ignored_names(header, columns)
        for line, fields in rows:
            try:
                person = _person(line, named_fields(line, fields, columns))
                _require_once(person, seen)
                people.append(_compared(person, names, addresses))
            except Unreadable as error:
                wrong.append(error.wrong)
    except Unreadable as error:
        wrong.append(error.wrong)
    return PeopleList(tuple(people), tuple(wrong), ignored)


async def make_people(session: AsyncSession, listed: PeopleList) -> None:
    """Make who is new on a list, on the command line; in the session's transaction, all of them or
    nobody."""
    for person in listed.new:
        await add_person(session, person.name, person.role, person.email)


def _columns(line: int, header: Sequence[str]) -> list[_Column | None]:
    known = {bare(column): column for column in _Column}
    columns = [known.get(bare(name)) for name in header]
    found = [column for column in columns if column is not None]
    if len(set(found)) < len(found):
        raise Unreadable(line, "Two columns have the same name. Take one of them out.")
    if not {_Column.NAME, _Column.EMAIL} & set(found):
        raise Unreadable(
            line,
            "The first line names the columns: name, email or both and, where you have it, role "
            f"({', '.join(Role)}). It holds {', '.join(repr(name[:40]) for name in header[:10])}.",
        )
    return columns


def _person(line: int, values: dict[_Column, str]) -> ListedPerson:
    named = values.get(_Column.NAME) or values.get(_Column.EMAIL)
    if named is None:
        raise Unreadable(line, "There is neither a name nor an e-mail address.")
    try:
        role = Role(values.get(_Column.ROLE, Role.LEARNER).lower())
    except ValueError as error:
        known = ", ".join(Role)
        raise Unreadable(
            line, f"{values[_Column.ROLE][:40]!r} is no role. A role is one of {known}."
        ) from error
    try:
        address = values.get(_Column.EMAIL)
        email = tidy_address(address) if address is not None else None
        return ListedPerson(line, tidy_name(named), email, role)
    except ServiceError as error:
        raise Unreadable(line, str(error.detail)) from error


def _require_once(person: ListedPerson, seen: dict[str, int]) -> None:
    for text in filter(None, (person.name, person.email)):
        if (before := seen.setdefault(text, person.line)) != person.line:
            raise Unreadable(person.line, f"{text} is on line {before} already.")


def _compared(
    person: ListedPerson,
    names: dict[str, roster_repository.Known],
    addresses: dict[str, roster_repository.Known],
) -> ListedPerson:
    """The person as one who is new, or the one whom it names. Raises Unreadable where it says
    something else of them than the service does: an import changes nobody."""
    by_name = names.get(person.name)
    there = addresses.get(person.email) if person.email is not None else by_name
    if there is None and by_name is None:
        if person.name == LOCAL_ADMIN:
            raise Unreadable(person.line, f"'{LOCAL_ADMIN}' is the name of who runs the service.")
        return person
    if there is None:
        raise Unreadable(
            person.line, f"There is somebody named '{person.name}' with another address."
        )
    if there.role != person.role:
        raise Unreadable(
            person.line,
            f"'{there.name}' is {there.role} here. `jurax admin person role` changes that.",
        )
    return ListedPerson(person.line, there.name, there.email, person.role, known=True)
