"""``jurax admin demo``: a course to look at, judged by the service that runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.commands.admin_database import base_url, told_errors, with_session
from app.commands.settings import DataDir, read_settings
from app.roles import Role
from judge.cores import available_cores

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.demo.submitting import Tally
    from app.settings import Settings

_USAGE = 2
_TOKEN_DAYS = 2
# Of what runs into a pipe, a line every so many submissions.
_LINE_EACH = 50


def demo(
    students: Annotated[
        int, typer.Option(min=1, max=2000, help="How many students the course has.")
    ] = 300,
    at_once: Annotated[
        int, typer.Option(min=1, max=64, help="Submissions at once; by default two a core.")
    ] = 2 * available_cores(),
    data_dir: DataDir = None,
) -> None:
    """Make a course whose every report is judged by the service that runs: people, assignments
    with different rules, right and wrong programs, late ones, points by hand, comments, questions,
    rejudges.

    Takes about nine submissions a student, and says how long that is once some were judged. Stopped
    with Ctrl-C and started again it goes on where it was. Not for a service that people use: it
    makes an account for each student.
    """
    from app.demo.errors import DemoError
    from app.demo.service import Refused

    settings = read_settings(data_dir=data_dir)
    try:
        with told_errors():
            _make(settings, students, at_once)
    except (DemoError, Refused) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(_USAGE) from error
    except KeyboardInterrupt as error:
        typer.echo("Stopped. Run it again to go on.", err=True)
        raise typer.Exit(130) from error


def _make(settings: Settings, count: int, at_once: int) -> None:
    from app.accounts.names import LOCAL_ADMIN
    from app.demo import people, run

    url = base_url(settings)
    students = people.students(count)
    staff = {people.INSTRUCTOR: Role.INSTRUCTOR, LOCAL_ADMIN: Role.ADMIN}
    tokens = _tokens(settings, staff)
    instructor = tokens[people.INSTRUCTOR]
    programs = run.known_programs(
        settings.problems_dir, asyncio.run(run.require_service(url, instructor))
    )
    print(f"Making the people and assignments of a course of {count} students at {url} …")
    course = asyncio.run(
        run.prepare(url, instructor, tokens[LOCAL_ADMIN], students, list(programs))
    )
    emails = [people.GRADER_EMAIL, *(each.email for each in students)]
    students_tokens = _tokens_by_address(settings, emails)
    with _shown() as on_change:
        tally = asyncio.run(
            run.fill(
                url, course.id, instructor, students_tokens, students, programs, at_once, on_change
            )
        )
    verdicts = ", ".join(f"{name} {found}" for name, found in sorted(tally.verdicts.items()))
    print(f"{tally.judged} submissions judged now ({verdicts or 'none'}), {tally.there} before.")
    for reason, found in tally.refused.items():
        print(f"{found} were not taken: {reason}.")
    print(f"The course: {url}/courses/{course.id}")
    for who, link in _links(settings, url, [None, students[0].email]):
        print(f"Sign in as {who} once with: {link}")


@contextmanager
def _shown() -> Iterator[Callable[[Tally], None]]:
    """Shows how far it is: a bar on a terminal, a line now and then elsewhere."""
    console = Console()
    progress = Progress(
        TextColumn("Judging"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
        console=console,
        disable=not console.is_terminal,
    )
    with progress:
        task = progress.add_task("", total=None, left="")

        def on_change(tally: Tally) -> None:
            left = ""
            if tally.minutes_left is not None:
                left = f"{tally.a_minute:.0f} a minute, about {tally.minutes_left:.0f} minutes left"
            progress.update(task, total=tally.total, completed=tally.done, left=left)
            if not console.is_terminal and tally.done % _LINE_EACH == 0:
                print(f"{tally.done} of {tally.total} {left}", flush=True)

        yield on_change


def _tokens(settings: Settings, roles: dict[str, Role]) -> dict[str, str]:
    from app.accounts import service

    async def work(session: AsyncSession) -> dict[str, str]:
        found = {}
        for name, role in roles.items():
            person = await service.ensure_person(session, name, role)
            found[name] = await service.create_api_token(
                session, person, "demo", days=_TOKEN_DAYS, operator=True
            )
        return found

    return with_session(settings, work)


def _tokens_by_address(settings: Settings, emails: list[str]) -> dict[str, str]:
    from app.accounts import repository, service

    async def work(session: AsyncSession) -> dict[str, str]:
        found = {}
        for email in emails:
            person = await repository.person_by_email(session, email)
            if person is not None:
                found[email] = await service.create_api_token(
                    session, person, "demo", days=_TOKEN_DAYS, operator=True
                )
        return found

    return with_session(settings, work)


def _links(settings: Settings, url: str, emails: list[str | None]) -> list[tuple[str, str]]:
    """Names and links that sign in once; None for the instructor."""
    from app.accounts import repository, service
    from app.demo.people import INSTRUCTOR

    async def work(session: AsyncSession) -> list[tuple[str, str]]:
        found = []
        for email in emails:
            # Names are the service's own: another could have had that of a student.
            person = (
                await repository.person_by_name(session, INSTRUCTOR)
                if email is None
                else await repository.person_by_email(session, email)
            )
            if person is not None:
                hours = settings.sign_in_link_hours
                token = await service.create_sign_in_token(session, person, hours)
                found.append((person.name, service.sign_in_url(url, token)))
        return found

    return with_session(settings, work)
