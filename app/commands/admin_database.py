"""What the commands of ``jurax admin`` share: the service's database, and errors in words."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

import typer

from app.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

_REFUSED = 1
_USAGE = 2

_Result = TypeVar("_Result")


def with_session(settings: Settings, work: Callable[[AsyncSession], Awaitable[_Result]]) -> _Result:
    """Run something on the database, of the service that runs or started for this."""
    from app.db.engine import Database
    from app.db.running import command_database

    async def run(database: Database) -> _Result:
        try:
            async with database.session() as session:
                return await work(session)
        finally:
            await database.close()

    with told_errors(), command_database(settings) as url:
        return asyncio.run(run(Database(url, pool_size=1)))


@contextlib.contextmanager
def told_errors() -> Iterator[None]:
    """End the command on an error that has words for it: 1 where it was refused, 2 where the
    database or a file cannot be used."""
    from sqlalchemy.exc import OperationalError

    from app.backup.errors import BackupError
    from app.db.errors import DatabaseError
    from app.errors import ServiceError
    from app.logs import configure_logs

    configure_logs("WARNING")
    try:
        yield
    except (BackupError, DatabaseError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(_USAGE) from error
    except OperationalError as error:
        typer.echo(f"The database does not answer as it should: {error.orig}", err=True)
        raise typer.Exit(_USAGE) from error
    except ServiceError as error:
        typer.echo(str(error.detail), err=True)
        raise typer.Exit(_REFUSED) from error


def base_url(settings: Settings) -> str:
    """Where the service that runs is, which its own command line may have decided; else where it
    would be by the settings."""
    from app.db.folder import open_data_folder

    if settings.database_url is None and settings.public_url is None:
        try:
            return open_data_folder(settings.data_dir).url_file.read_text().strip()
        except OSError:
            pass
    return settings.base_url
