"""What the commands share: settings from the command line over those of the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from app.settings import Settings, use_settings
from judge.judge import JudgeSettings

DataDir = Annotated[
    Path | None,
    typer.Option(
        help="Folder of the database. Default: .jurax in the checkout, or JURAX_DATA_DIR."
    ),
]

AllowWeakMemoryLimit = Annotated[
    bool,
    typer.Option(
        "--allow-weak-memory-limit",
        envvar="JURAX_ALLOW_WEAK_MEMORY_LIMIT",
        help="Go on where no cgroup can limit memory: it is then only polled.",
    ),
]

UnsafeNoSandbox = Annotated[
    bool,
    typer.Option(
        "--unsafe-no-sandbox",
        envvar="JURAX_UNSAFE_NO_SANDBOX",
        help="Run programs with nothing around them but limits, where there are no namespaces. "
        "Only for programs that you trust.",
    ),
]


def read_settings(**given: Any) -> Settings:
    """The settings, with what was given on the command line. A value that cannot be is exit 2."""
    try:
        chosen = {name: value for name, value in given.items() if value is not None}
        return use_settings(Settings(**chosen))
    except ValidationError as error:
        for item in error.errors():
            name = ".".join(str(part) for part in item["loc"]).upper()
            message = item["msg"].removeprefix("Value error, ")
            typer.echo(f"Setting {name}: {message}" if name else message, err=True)
        raise typer.Exit(2) from error


def judge_settings(settings: Settings) -> JudgeSettings:
    """How a command judges, by the same settings as the service."""
    return JudgeSettings(
        allow_weak_memory_limit=settings.allow_weak_memory_limit,
        unsafe_no_sandbox=settings.unsafe_no_sandbox,
    )
