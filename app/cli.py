"""The command ``jurax``. One module a command, in app/commands/."""

from __future__ import annotations

import typer

from app.commands.admin import admin, signin_link
from app.commands.bench import bench_command
from app.commands.client import login, submit
from app.commands.doctor import doctor
from app.commands.grade import grade
from app.commands.new import new
from app.commands.reproduce import reproduce
from app.commands.serve import serve
from app.commands.validate import validate_command
from app.commands.worker import worker
from app.delegation import enter_delegated_scope

app = typer.Typer(
    name="jurax",
    help="A self-hosted judge for JAX exercises.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.command()(grade)
app.command()(reproduce)
app.command("validate")(validate_command)
app.command()(new)
app.command()(doctor)
app.command("bench")(bench_command)
app.command()(serve)
app.command()(worker)
app.command()(submit)
app.command()(login)
app.command("signin-link")(signin_link)
app.add_typer(admin, name="admin")


def main() -> None:
    """Run the command line."""
    enter_delegated_scope()
    app()


if __name__ == "__main__":
    main()
