"""`jurax admin backup`, `restore`, `person` and `stats` as an operator types them."""

from __future__ import annotations

import json
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import Result
from sqlalchemy import URL
from typer.testing import CliRunner

from app.cli import app
from app.db.engine import conninfo
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
    embedded: Path, settings: Settings, alone: URL, tmp_path: Path
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
    assert on_server(alone, "person", "add", "somebody").exit_code == 0
    refused = on_server(alone, "restore", str(first))
    assert (refused.exit_code, "--replace" in refused.stderr) == (2, True)
    done = on_server(alone, "restore", str(first), "--replace", "--yes")
    assert (done.exit_code, done.stderr) == (0, "")
    assert contents(alone) == before
    # And back into the embedded one, which does not run now.
    assert on_server(alone, "backup", str(second)).exit_code == 0
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
    with psycopg.connect(conninfo(url)) as connection:
        connection.execute(
            "WITH made AS (INSERT INTO courses (id, title, term, time_zone, late_days) VALUES "
            "(gen_random_uuid(), 'Layers', '', 'UTC', 0) RETURNING id) INSERT INTO enrolments "
            "(id, course_id, person_id, role) "
            "SELECT gen_random_uuid(), made.id, people.id, 'owner' FROM made, people"
        )
    owner = on_server(url, "person", "delete", "Zoë", "--yes")
    assert (owner.exit_code, "'Zoë' is the only owner" in owner.stderr) == (1, True)
    with psycopg.connect(conninfo(url)) as connection:
        connection.execute("DELETE FROM courses")
    assert on_server(url, "person", "delete", "Zoë", "--yes").stdout == "Deleted Zoë.\n"
    assert json.loads(on_server(url, "person", "list", "--json").stdout) == []


def test_a_database_that_cannot_be_used_is_named_without_its_password(url: URL) -> None:
    for wrong, said in (
        (url.set(password="secret-and-wrong"), "password authentication"),
        (url.set(query={"host": "/nonexistent"}), "does not answer"),
    ):
        found = on_server(wrong, "person", "list")
        assert (found.exit_code, said in found.stderr) == (2, True)
        assert "secret-and-wrong" not in found.stderr
    commands = (["admin", "person", "list"], ["serve"], ["worker"])
    for wrong in ("", "  ", "mysql://secret@host/x", "postgresql://secret@host:x/y", "postgresql:"):
        for words in commands:
            found = CliRunner(env={"DATABASE_URL": wrong}).invoke(app, words)
            assert (found.exit_code, "no address of a database" in found.stderr) == (2, True)
            assert "secret" not in found.stderr


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


def test_what_there_is_one_of_is_said_so(url: URL, tmp_path: Path) -> None:
    assert on_server(url, "person", "add", "Zoë").exit_code == 0
    with psycopg.connect(conninfo(url)) as connection:
        connection.execute(
            "INSERT INTO courses (id, title, term, time_zone, late_days) "
            "VALUES (gen_random_uuid(), 'Layers', '', 'UTC', 0)"
        )
    shown = on_server(url, "stats").stdout
    assert "1 person (learner 1)\n1 course, 0 of them archived; 0 enrolments\n" in shown
    written = on_server(url, "backup", str(tmp_path / "one.zip"))
    assert "1 person, 1 course, 0 submissions, " in written.stdout


class TestImport:
    """CSV files: shown, then written; wrong rows are named."""

    PEOPLE = (
        "Name,E-Mail,Role,Room\x1b[2J\n"
        "Zoë,Zoe@Example.com,instructor,1\n"
        "bob,,,2\n"
        ",carl@example.com,learner,\n"
        "ann,,learner,\n"
        '"two\nlines",x@example.com,,\n'
        "dan,no address,,\n"
        "eve,,emperor,\n"
        "bob,bob@example.com,,\n"
        ",,learner,\n"
    )

    def test_people(self, url: URL, tmp_path: Path) -> None:
        on_server(url, "person", "add", "ann")
        file = tmp_path / "people.csv"
        file.write_text(self.PEOPLE)
        shown = on_server(url, "import", "people", str(file))
        assert (shown.exit_code, "Nothing was written" in shown.stdout) == (1, True)
        assert r"Columns that were not read: 'Room\x1b[2J'." in shown.stdout
        wrong = [line.split(":")[0] for line in shown.stderr.splitlines()]
        assert wrong == ["Line 6", "Line 8", "Line 9", "Line 10", "Line 11"]
        for reason in ("all of which can be seen", "no e-mail address", "'emperor' is no role"):
            assert reason in shown.stderr
        assert "bob is on line 3 already" in shown.stderr
        assert [name for name, _ in people(url)] == ["ann"]
        done = on_server(url, "import", "people", str(file), "--apply")
        assert done.exit_code == 1
        everybody = [
            ("ann", "learner"),
            ("bob", "learner"),
            ("carl@example.com", "learner"),
            ("Zoë", "instructor"),
        ]
        assert people(url) == everybody
        # Once more it changes nothing; and a role that differs is not taken over.
        assert on_server(url, "import", "people", str(file), "--apply").exit_code == 1
        assert people(url) == everybody
        file.write_text("name,role\nann,admin\n")
        refused = on_server(url, "import", "people", str(file), "--apply")
        assert (refused.exit_code, "'ann' is learner here" in refused.stderr) == (1, True)
        assert people(url) == everybody

    def test_a_file_that_is_none(self, url: URL, tmp_path: Path) -> None:
        missing = on_server(url, "import", "people", str(tmp_path / "none.csv"))
        assert (missing.exit_code, "No such file" in missing.stderr) == (2, True)
        file = tmp_path / "other.csv"
        file.write_text("colour,size\nred,2\n")
        other = on_server(url, "import", "people", str(file), "--apply")
        assert (other.exit_code, "names the columns" in other.stderr) == (1, True)
        assert people(url) == []

    def test_a_class_list(self, url: URL, tmp_path: Path) -> None:
        with psycopg.connect(conninfo(url)) as connection:
            row = connection.execute(
                "INSERT INTO courses (id, title, term, time_zone, late_days) VALUES "
                "(gen_random_uuid(), 'Layers', '', 'UTC', 0) RETURNING id"
            ).fetchone()
        assert row is not None
        file = tmp_path / "list.csv"
        file.write_text("email,name,section\nann@example.com,Ann,Lab 1\nnobody,Ben,Lab 1\n")
        words = ("import", "course", str(file), "--course", str(row[0]))
        shown = on_server(url, *words)
        assert (shown.exit_code, "New sections: Lab 1." in shown.stdout) == (1, True)
        assert "Line 3: " in shown.stderr
        assert people(url) == []
        assert on_server(url, *words, "--apply").exit_code == 1
        assert people(url) == [("Ann", "learner"), ("you", "admin")]
        with psycopg.connect(conninfo(url)) as connection:
            enrolled = connection.execute(
                "SELECT people.name, sections.name FROM enrolments "
                "JOIN people ON people.id = person_id JOIN sections ON sections.id = section_id"
            ).fetchall()
        assert enrolled == [("Ann", "Lab 1")]
        strange = on_server(url, *words[:-1], "Layers")
        assert (strange.exit_code, "Its id is" in strange.stderr) == (1, True)


def people(url: URL) -> list[tuple[str, str]]:
    """Everybody's name and role."""
    listed = json.loads(on_server(url, "person", "list", "--json").stdout)
    return [(each["name"], each["role"]) for each in listed]
