"""``jurax new``: starts a problem package."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.commands.settings import read_settings
from judge.new import start_package
from judge.package_error import PackageError


def new(
    slug: Annotated[
        str, typer.Argument(help="What the problem is called in addresses, as in row-means.")
    ],
    problems: Annotated[
        Path | None,
        typer.Option(help="Folder of problem packages. Default: that of the service."),
    ] = None,
) -> None:
    """Start a problem: write a small package that is whole and valid, for you to change.

    Exit code: 0 written, 2 usage, or the folder is there already.
    """
    try:
        root = start_package(slug, read_settings(problems_dir=problems).problems_dir)
    except PackageError as error:
        print(f"jurax: {error}", file=sys.stderr)
        raise typer.Exit(2) from error
    print(root)
    print(
        f"An example to change. `jurax validate {root}` judges what it says of itself; a service "
        "shows it after its next start.",
        file=sys.stderr,
    )
