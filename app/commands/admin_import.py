"""``jurax admin import …``: people and class lists from CSV files."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.commands.admin_database import base_url, with_session
from app.commands.settings import DataDir, read_settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.accounts.people_list import PeopleList
    from app.courses.class_list import Applied
    from app.courses.class_list_schemas import ClassListError, ClassListPreview
    from app.csv_tables import WrongRow

importing = typer.Typer(help="Take people and class lists in from CSV files.", no_args_is_help=True)

_LEFT_OUT = 1
_USAGE = 2

_File = Annotated[Path, typer.Argument(help="A CSV file, whose first line names the columns.")]
_Apply = Annotated[
    bool, typer.Option("--apply", help="Do it. Without, what would be done is only shown.")
]


@importing.command()
def people(file: _File, apply: _Apply = False, data_dir: DataDir = None) -> None:
    """Make people. Columns: name, email or both, and role (learner, instructor, admin).

    Who is there already stays as they are. Rows that are wrong are named and left out; exit code 1
    where there are some.
    """
    from app.accounts.people_list import make_people, read_people

    data = _read(file)

    async def work(session: AsyncSession) -> PeopleList:
        listed = await read_people(session, data)
        if apply:
            await make_people(session, listed)
        return listed

    listed = with_session(read_settings(data_dir=data_dir), work)
    table = Table("Line", "Name", "E-mail", "Role", "")
    for each in listed.people:
        what = "is there already" if each.known else ("made" if apply else "would be made")
        # What a file says is other people's text: none of it is markup.
        table.add_row(str(each.line), Text(each.name), Text(each.email or ""), each.role, what)
    Console().print(table)
    _tell(listed.ignored, listed.wrong, apply)


@importing.command()
def course(
    file: _File,
    course: Annotated[str, typer.Option(help="The course: its id, as in its address.")],
    invite: Annotated[
        bool, typer.Option("--invite", help="Invite who has no account; else one is made.")
    ] = False,
    apply: _Apply = False,
    data_dir: DataDir = None,
) -> None:
    """Put a class list into a course. Columns: email and, where there are any, name, section,
    role, student_number.

    Rows that are wrong are named and left out; exit code 1 where there are some.
    """
    from app.accounts.mail import send_all
    from app.commands.admin_courses import class_list_applied, class_list_preview
    from app.courses.people_schemas import Outcome

    data, settings = _read(file), read_settings(data_dir=data_dir)
    # Mail leads to where the service is.
    settings = settings.model_copy(update={"public_url": base_url(settings)})

    async def look(session: AsyncSession) -> ClassListPreview:
        return await class_list_preview(session, settings, course, data, not invite)

    async def work(session: AsyncSession) -> tuple[ClassListPreview, Applied]:
        return await class_list_applied(session, settings, course, data, not invite)

    if apply:
        shown, applied = with_session(settings, work)
        asyncio.run(send_all(settings, applied.mails))
    else:
        shown = with_session(settings, look)
    words = {
        Outcome.ENROL: "enrolled",
        Outcome.RETURN: "enrolled again",
        Outcome.CREATE: "account made, enrolled",
        Outcome.INVITE: "invited",
        Outcome.UPDATE: "changed",
        Outcome.UNCHANGED: "as it was",
    }
    table = Table("Line", "E-mail", "Name", "Role", "Section", "")
    for row in shown.rows:
        changes = ", ".join(f"{c.field}: {c.before or '–'} → {c.after or '–'}" for c in row.changes)
        what = words[row.outcome] + (f" ({changes})" if changes else "")
        name, section = Text(row.name or ""), Text(row.section or "")
        table.add_row(str(row.line), Text(row.email), name, row.role, section, Text(what))
    Console().print(table)
    if shown.new_sections:
        print(f"New sections: {', '.join(shown.new_sections)}.")
    _tell(shown.ignored_columns, shown.errors, apply)


def _read(file: Path) -> bytes:
    from app.csv_tables import MOST_BYTES

    try:
        with file.open("rb") as opened:
            # One more than may be, so that a longer file is refused by its reader.
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        typer.echo(f"Cannot read {file}: {error.strerror}.", err=True)
        raise typer.Exit(_USAGE) from error


def _tell(
    ignored: Sequence[str], wrong: Sequence[WrongRow] | Sequence[ClassListError], applied: bool
) -> None:
    if ignored:
        # As it is written in Python: what a file says must not steer the terminal.
        print(f"Columns that were not read: {', '.join(map(repr, ignored))}.")
    for row in wrong:
        typer.echo(f"Line {row.line}: {row.reason}", err=True)
    if not applied:
        print("Nothing was written. --apply does it.")
    if wrong:
        raise typer.Exit(_LEFT_OUT)
