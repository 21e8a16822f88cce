"""``jurax worker``: judges what is in the queue."""

from __future__ import annotations

import typer

from app.commands.settings import AllowWeakMemoryLimit, DataDir, UnsafeNoSandbox, read_settings


def worker(
    data_dir: DataDir = None,
    allow_weak_memory_limit: AllowWeakMemoryLimit = False,
    unsafe_no_sandbox: UnsafeNoSandbox = False,
) -> None:
    """Judge submissions for a service that runs already, on this machine's data folder or on
    DATABASE_URL. `jurax serve` starts one itself."""
    # Imported late: the queue and the database take a second, which other commands need not pay.
    from app.db.errors import DatabaseError
    from app.logs import configure_logs
    from app.supervisor import CANNOT_JUDGE
    from app.worker.run import run_worker
    from judge.errors import JudgeError

    settings = read_settings(
        data_dir=data_dir,
        allow_weak_memory_limit=allow_weak_memory_limit or None,
        unsafe_no_sandbox=unsafe_no_sandbox or None,
    )
    configure_logs(settings.log_level)
    try:
        run_worker(settings)
    except JudgeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(CANNOT_JUDGE) from error
    except DatabaseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
