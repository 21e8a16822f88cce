"""``jurax admin …`` and ``jurax signin-link``: people and what speaks for them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.settings import DataDir, read_settings
from app.roles import Role
from app.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

admin = typer.Typer(help="Look after people and tokens.", no_args_is_help=True)


@admin.command()
def token(
    name: Annotated[str, typer.Argument(help="Whose; made if there is nobody of that name.")],
    role: Annotated[Role, typer.Option(help="What this person may do.")],
    label: Annotated[str, typer.Option(help="What the token is for.")] = "command line",
    data_dir: DataDir = None,
) -> None:
    """Print a fresh API token, and nothing else. It cannot be shown again."""
    from app.accounts import service

    async def make(session: AsyncSession) -> str:
        person = await service.ensure_person(session, name, role)
        return await service.create_api_token(session, person, label, operator=True)

    print(_with_session(read_settings(data_dir=data_dir), make))


@admin.command()
def revoke(
    name: Annotated[str, typer.Argument(help="Whose tokens.")], data_dir: DataDir = None
) -> None:
    """Revoke all API tokens of a person."""
    from app.accounts import service

    async def work(session: AsyncSession) -> str:
        count = await service.revoke_api_tokens(session, await service.find_person(session, name))
        return f"Revoked {count} token(s) of {name}."

    print(_with_session(read_settings(data_dir=data_dir), work))


@admin.command()
def email(
    name: Annotated[str, typer.Argument(help="Whose address it is.")],
    address: Annotated[str, typer.Argument(help="The e-mail address, which must be theirs.")],
    data_dir: DataDir = None,
) -> None:
    """Give a person an e-mail address, with which they sign in once they have set a password."""
    from app.accounts import service

    async def work(session: AsyncSession) -> str:
        person = await service.find_person(session, name)
        await service.set_email(session, person, address)
        return f"{person.name} signs in as {person.email}."

    print(_with_session(read_settings(data_dir=data_dir), work))


@admin.command()
def invite(
    address: Annotated[str, typer.Argument(help="Whom to invite.")],
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.LEARNER,
    data_dir: DataDir = None,
) -> None:
    """Print a link with which whoever has this e-mail address joins. Nothing is sent."""
    from app.accounts.joining import invite as make_invitation

    settings = read_settings(data_dir=data_dir)
    reachable = settings.model_copy(update={"public_url": _base_url(settings)})

    async def make(session: AsyncSession) -> str:
        return (await make_invitation(session, reachable, address, role)).url

    print(_with_session(settings, make))


def signin_link(
    name: Annotated[str, typer.Argument(help="Whose; the local admin by default.")] = "you",
    data_dir: DataDir = None,
) -> None:
    """Print a link that signs a browser in once."""
    from app.accounts import service

    settings = read_settings(data_dir=data_dir)

    async def make(session: AsyncSession) -> str:
        if name == service.LOCAL_ADMIN:
            person = await service.ensure_person(session, name, Role.ADMIN)
        else:
            person = await service.find_person(session, name)
        link = await service.create_sign_in_token(session, person, settings.sign_in_link_hours)
        return service.sign_in_url(_base_url(settings), link)

    print(_with_session(settings, make))


def _base_url(settings: Settings) -> str:
    """Where the service that runs is, which its own command line may have decided; else where it
    would be by the settings."""
    from app.db.folder import open_data_folder

    if settings.database_url is None and settings.public_url is None:
        try:
            return open_data_folder(settings.data_dir).url_file.read_text().strip()
        except OSError:
            pass
    return settings.base_url


def _with_session(settings: Settings, work: Callable[[AsyncSession], Awaitable[str]]) -> str:
    """Run something on the database, of the service that runs or started for this."""
    from app.db.engine import Database
    from app.db.errors import DatabaseError
    from app.db.running import command_database
    from app.errors import ServiceError
    from app.logs import configure_logs

    configure_logs("WARNING")

    async def run(database: Database) -> str:
        try:
            async with database.session() as session:
                return await work(session)
        finally:
            await database.close()

    try:
        with command_database(settings) as url:
            return asyncio.run(run(Database(url, pool_size=1)))
    except DatabaseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    except ServiceError as error:
        typer.echo(str(error.detail), err=True)
        raise typer.Exit(1) from error
