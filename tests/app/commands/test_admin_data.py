"""`jurax admin backup`, `restore`, `person` and `stats` as an operator types them."""

from __future__ import annotations

import json
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import URL
from typer.testing import CliRunner

from app.cli import app
from app.db.running import service_database
from app.settings import Settings
from tests.app.backup.rows import contents, fill


@pytest.fixture
def embedded(open_folder: Path, request: pytest.FixtureRequest) -> Path:
    """A data folder of its own."""
    folder = open_folder / f"admin-{request.node.name}"
    folder.mkdir(mode=0o711)
    return folder


@pytest.fixture(autouse=True)
def _this_process_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The commands run in this process: their logs would go to where nobody reads after them."""
    monkeypatch.setattr("app.logs.configure_logs", lambda _level: None)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def on_server(url: URL, *words: str) -> Result:
    """Run `jurax admin` on the database of a server."""
    address = url.render_as_string(hide_password=False)
    return CliRunner(env={"DATABASE_URL": address}).invoke(app, ["admin", *words])


def on_folder(folder: Path, *words: str, answer: str = "") -> Result:
    """Run `jurax admin` on the embedded database of a folder."""
    words = ("admin", *words, "--data-dir", str(folder))
    return CliRunner(env={"DATABASE_URL": None}).invoke(app, words, input=answer)


def test_from_a_service_that_runs_to_a_server_and_back(
    embedded: Path, settings: Settings, url: URL, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    chosen = settings.model_copy(update={"data_dir": embedded})
    with service_database(chosen) as (embedded_address, _):
        fill(embedded_address)
        before = contents(embedded_address)
        written = on_folder(embedded, "backup", str(first))
        assert (written.exit_code, written.stderr) == (0, "")
        assert "2 people, 2 courses, 2 submissions" in written.stdout
        assert stat.S_IMODE(first.stat().st_mode) == 0o600
        busy = on_folder(embedded, "restore", str(first), "--replace", "--yes")
        assert (busy.exit_code, f"process {os.getpid()}" in busy.stderr) == (2, True)
        assert contents(embedded_address) == before
    # To a server, whose database was used before.
    assert on_server(url, "person", "add", "somebody").exit_code == 0
    refused = on_server(url, "restore", str(first))
    assert (refused.exit_code, "--replace" in refused.stderr) == (2, True)
    done = on_server(url, "restore", str(first), "--replace", "--yes")
    assert (done.exit_code, done.stderr) == (0, "")
    assert contents(url) == before
    # And back into the embedded one, which does not run now.
    assert on_server(url, "backup", str(second)).exit_code == 0
    asked = on_folder(embedded, "restore", str(second), "--replace", answer="n\n")
    assert (asked.exit_code, "2 of people" in asked.stdout) == (1, True)
    assert on_folder(embedded, "restore", str(second), "--replace", answer="y\n").exit_code == 0
    with service_database(chosen) as (embedded_address, _):
        assert contents(embedded_address) == before
    checked = on_folder(embedded, "restore", str(second), "--check")
    assert (checked.exit_code, "is whole: 2 people" in checked.stdout) == (0, True)


def test_people_are_made_listed_changed_and_deleted(url: URL) -> None:
    made = on_server(
        url, "person", "add", "Zoë", "--email", "Zoe@Example.com", "--role", "instructor"
    )
    assert (made.exit_code, made.stdout, made.stderr) == (0, "Made Zoë (instructor).\n", "")
    again = on_server(url, "person", "add", "Zoë")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "somebody named 'Zoë' already" in again.stderr
    taken = on_server(url, "person", "add", "bob", "--email", "zoe@example.com")
    assert (taken.exit_code, "zoe@example.com" in taken.stderr) == (1, True)
    assert (
        on_server(url, "person", "role", "Zoë", "admin").stdout
        == "Zoë was instructor and is admin.\n"
    )
    (listed,) = json.loads(on_server(url, "person", "list", "--json").stdout)
    assert (listed["name"], listed["role"], listed["email"]) == ("Zoë", "admin", "zoe@example.com")
    assert "zoe@example.com" in on_server(url, "person", "list").stdout
    missing = on_server(url, "person", "delete", "nobody", "--yes")
    assert (missing.exit_code, "nobody named 'nobody'" in missing.stderr) == (1, True)
    # Without a terminal to ask at nothing is deleted.
    unasked = on_server(url, "person", "delete", "Zoë")
    assert unasked.exit_code == 1
    assert on_server(url, "person", "delete", "Zoë", "--yes").stdout == "Deleted Zoë.\n"
    assert json.loads(on_server(url, "person", "list", "--json").stdout) == []


def test_figures(url: URL) -> None:
    fill(url)
    found = json.loads(on_server(url, "stats", "--json").stdout)
    assert found["people"] == {"learner": 2}
    assert (found["courses"], found["archived_courses"], found["enrolments"]) == (2, 2, 0)
    # Of the two attempts, one of each submission, the one with counts=false speaks for nothing.
    assert found["by_verdict"] == {"AC": 1, "waiting": 1}
    (day,) = found["days"]
    assert (day["day"], day["submissions"]) == ("2026-03-29", 2)
    assert found["queue"] == {"queued": 0, "running": 0, "oldest_seconds": None}
    assert found["disk"]["database_bytes"] > 1e6
    shown = on_server(url, "stats").stdout
    assert "2 submissions (AC 1, waiting 1)" in shown
    assert "2026-03-29" in shown
