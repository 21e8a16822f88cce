"""``jurax admin person …``: who there is, and what each may do."""

from __future__ import annotations

import json as json_module
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.commands.admin_database import with_session
from app.commands.settings import DataDir, read_settings
from app.roles import Role

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.accounts.people_schemas import PersonRow

person = typer.Typer(help="Make, list, change and delete people.", no_args_is_help=True)

_PAGE = 500

_Name = Annotated[str, typer.Argument(help="The person's name.")]


@person.command()
def add(
    name: _Name,
    email: Annotated[str | None, typer.Option(help="Their e-mail address.")] = None,
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.LEARNER,
    data_dir: DataDir = None,
) -> None:
    """Make a person. `jurax signin-link NAME` prints the link that lets them in."""
    from app.accounts.roster import add_person

    async def work(session: AsyncSession) -> str:
        made = await add_person(session, name, role, email)
        return f"Made {made.name} ({made.role})."

    print(with_session(read_settings(data_dir=data_dir), work))


@person.command("list")
def list_people(
    json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
    data_dir: DataDir = None,
) -> None:
    """List everybody by name."""
    from app.accounts.people import list_people as list_page

    async def work(session: AsyncSession) -> list[PersonRow]:
        found: list[PersonRow] = []
        after = None
        while True:
            page = await list_page(session, "", None, after, _PAGE)
            found += page.items
            if page.next is None:
                return found
            after = page.next

    people = with_session(read_settings(data_dir=data_dir), work)
    if json:
        print(json_module.dumps([each.model_dump(mode="json") for each in people], indent=2))
        return
    table = Table("Name", "Role", "E-mail", "Since", "Last seen")
    for each in people:
        since, seen = (_day(moment) for moment in (each.created_at, each.last_seen_at))
        # Names are other people's text: none of it is markup.
        table.add_row(Text(each.name), each.role, Text(each.email or ""), since, seen)
    Console().print(table)


@person.command()
def role(
    name: _Name,
    role: Annotated[Role, typer.Argument(help="What they may do from now on.")],
    data_dir: DataDir = None,
) -> None:
    """Change what a person may do."""
    from app.accounts import service

    async def work(session: AsyncSession) -> str:
        found = await service.find_person(session, name)
        before = found.role
        changed = await service.ensure_person(session, found.name, role)
        return f"{changed.name} was {before} and is {role.value}."

    print(with_session(read_settings(data_dir=data_dir), work))


@person.command()
def delete(
    name: _Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Delete a person with all that is theirs: submissions, grades, tokens. For good."""
    from app.accounts import roster, roster_repository, service

    settings = read_settings(data_dir=data_dir)

    async def look(session: AsyncSession) -> tuple[str, int, int]:
        found = await service.find_person(session, name)
        return found.name, *await roster_repository.belongings(session, found.id)

    async def work(session: AsyncSession) -> str:
        found = await service.find_person(session, name)
        await roster.remove_person(session, found)
        return f"Deleted {found.name}."

    if not yes:
        found, submissions, courses = with_session(settings, look)
        typer.confirm(
            f"Delete {found} with {submissions} submission(s), who is in {courses} course(s)?",
            abort=True,
        )
    print(with_session(settings, work))


def _day(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d") if moment is not None else "–"
