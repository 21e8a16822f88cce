"""``jurax admin …`` and ``jurax signin-link``: what speaks for people, and all other commands
for operators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.admin_backup import backup, restore
from app.commands.admin_database import base_url, with_session
from app.commands.admin_demo import demo
from app.commands.admin_import import importing
from app.commands.admin_person import person
from app.commands.admin_stats import stats
from app.commands.settings import DataDir, read_settings
from app.roles import Role

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

admin = typer.Typer(help="Look after people, tokens and the data.", no_args_is_help=True)
admin.add_typer(person, name="person")
admin.add_typer(importing, name="import")
admin.command()(backup)
admin.command()(restore)
admin.command()(stats)
admin.command()(demo)


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

    print(with_session(read_settings(data_dir=data_dir), make))


@admin.command()
def revoke(
    name: Annotated[str, typer.Argument(help="Whose tokens.")], data_dir: DataDir = None
) -> None:
    """Revoke all API tokens of a person."""
    from app.accounts import service

    async def work(session: AsyncSession) -> str:
        count = await service.revoke_api_tokens(session, await service.find_person(session, name))
        return f"Revoked {count} token(s) of {name}."

    print(with_session(read_settings(data_dir=data_dir), work))


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

    print(with_session(read_settings(data_dir=data_dir), work))


@admin.command()
def invite(
    address: Annotated[str, typer.Argument(help="Whom to invite.")],
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.LEARNER,
    data_dir: DataDir = None,
) -> None:
    """Print a link with which whoever has this e-mail address joins. Nothing is sent."""
    from app.accounts.joining import invite as make_invitation

    settings = read_settings(data_dir=data_dir)
    reachable = settings.model_copy(update={"public_url": base_url(settings)})

    async def make(session: AsyncSession) -> str:
        return (await make_invitation(session, reachable, address, role)).url

    print(with_session(settings, make))


def signin_link(
    name: Annotated[str, typer.Argument(help="Whose; the local admin by default.")] = "you",
    data_dir: DataDir = None,
) -> None:
    """Print a link that signs a browser in once."""
    from app.accounts import service
    from app.accounts.names import LOCAL_ADMIN

    settings = read_settings(data_dir=data_dir)

    async def make(session: AsyncSession) -> str:
        if name == LOCAL_ADMIN:
            person = await service.ensure_person(session, name, Role.ADMIN)
        else:
            person = await service.find_person(session, name)
        link = await service.create_sign_in_token(session, person, settings.sign_in_link_hours)
        return service.sign_in_url(base_url(settings), link)

    print(with_session(settings, make))
