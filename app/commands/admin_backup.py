"""``jurax admin backup`` and ``jurax admin restore``."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.admin_database import told_errors
from app.commands.settings import DataDir, read_settings
from app.counts import counted

if TYPE_CHECKING:
    from app.backup.manifest import Manifest


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, as in jurax.backup.zip.")],
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Take the place of a file of this name.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Write all that the database keeps into FILE, while the service runs or not.

    FILE holds what people submitted and the hashes of their passwords and tokens: keep it where
    nobody else reads it. Problem packages of your own are files; keep a copy of their folder.
    """
    from app.backup.write import write_backup
    from app.db.running import database_as_it_is

    settings = read_settings(data_dir=data_dir)
    _end_in_order()
    with told_errors(), database_as_it_is(settings) as url:
        manifest = write_backup(url, file, overwrite=overwrite)
    size = file.stat().st_size
    print(f"Wrote {file} ({size / 1e6:.1f} MB): {_summary(manifest)}.")


def restore(
    file: Annotated[Path, typer.Argument(help="What `jurax admin backup` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Give up what the database holds now.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --replace: do not ask.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only look whether FILE is whole, and say what it has.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Put a backup into the database, all of it or nothing. The service must be stopped.

    A backup of an older version is brought up to this one. What was waiting to be judged is judged
    once the service runs.
    """
    from app.backup.archive import Archive
    from app.backup.restore import require_known, restore_backup, what_is_there
    from app.db.running import database_as_it_is

    settings = read_settings(data_dir=data_dir)
    _end_in_order()
    with told_errors(), Archive(file) as archive:
        require_known(archive)
        manifest = archive.manifest
        if check:
            written = manifest.created_at.strftime("%Y-%m-%d %H:%M:%S UTC")
            print(
                f"{file} is whole: {_summary(manifest)}; written {written} "
                f"by Jurax {manifest.program} (tables {manifest.revision})."
            )
            return
        with database_as_it_is(settings, alone=True) as url:
            there = what_is_there(url) if replace and not yes else {}
            if there:
                what = ", ".join(f"{rows} of {name}" for name, rows in there.items())
                typer.confirm(f"This deletes what the database holds: {what}. Go on?", abort=True)
            restore_backup(url, archive, replace=replace)
    print(f"Restored {_summary(manifest)}. Start the service again.")


def _summary(manifest: Manifest) -> str:
    counts = (
        counted(manifest.rows_of("people"), "person", "people"),
        counted(manifest.rows_of("courses"), "course"),
        counted(manifest.rows_of("submissions"), "submission"),
    )
    return f"{', '.join(counts)}, {counted(manifest.rows, 'row')} in all"


def _end_in_order() -> None:
    """Let SIGTERM end the command as Ctrl-C does: no file half written, no server left."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
