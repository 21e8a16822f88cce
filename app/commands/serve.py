"""``jurax serve``: API, pages, worker and database as one process tree."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.settings import AllowWeakMemoryLimit, DataDir, UnsafeNoSandbox, read_settings


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 for any.")] = None,
    data_dir: DataDir = None,
    problems: Annotated[Path | None, typer.Option(help="Folder of problem packages.")] = None,
    allow_weak_memory_limit: AllowWeakMemoryLimit = False,
    unsafe_no_sandbox: UnsafeNoSandbox = False,
) -> None:
    """Start the service. Prints its address and a sign-in link once submissions are judged."""
    # The web framework takes a second to import, which other commands need not pay.
    from app.db.errors import DatabaseError
    from app.logs import configure_logs
    from app.serve import CannotServe
    from app.serve import serve as run_service
    from app.supervisor import CannotJudge

    settings = read_settings(
        host=host,
        port=port,
        data_dir=data_dir,
        problems_dir=problems,
        allow_weak_memory_limit=allow_weak_memory_limit or None,
        unsafe_no_sandbox=unsafe_no_sandbox or None,
    )
    configure_logs(settings.log_level)
    try:
        run_service(settings)
    except (CannotServe, DatabaseError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    except CannotJudge as error:
        typer.echo("Jurax cannot judge on this machine; `jurax doctor` says more.", err=True)
        raise typer.Exit(3) from error
