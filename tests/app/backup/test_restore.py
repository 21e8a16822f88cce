"""Restoring: every row is what it was, and where something is wrong nothing is changed."""

from __future__ import annotations

import hashlib
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, create_engine
from sqlalchemy.pool import NullPool

from app.backup import restore
from app.backup.archive import Archive
from app.backup.catalog import all_tables
from app.backup.errors import BackupError
from app.backup.manifest import MANIFEST, Manifest
from app.backup.restore import restore_backup
from app.backup.write import write_backup
from app.db.engine import Database, conninfo
from app.db.migrate import newest_revision, upgrade
from app.worker.judging import Judging
from app.worker.sweeper import sweep
from judge.judge import Judge
from tests.app.backup.rows import clear, contents, fill
from tests.app.backup.test_archive import rewritten
from tests.app.conftest import only


def put(url: URL, path: Path, *, replace: bool = False) -> None:
    """Restore a file."""
    with Archive(path) as archive:
        restore_backup(url, archive, replace=replace)


def tables_of(url: URL, revision: str) -> None:
    """Make the tables of a version."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        upgrade(connection, revision)


def said(path: Path) -> Manifest:
    """What a backup says of itself but when it was written."""
    with Archive(path) as archive:
        return archive.manifest.model_copy(update={"created_at": None})


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does not wait for others to go."""
    monkeypatch.setattr(restore, "_PATIENCE_SECONDS", 0)


class TestRows:
    """What comes back."""

    def test_every_row_of_every_table_and_again(
        self, full: URL, backup: Path, other: URL, tmp_path: Path
    ) -> None:
        put(other, backup)
        assert contents(other) == contents(full)
        second = tmp_path / "second.zip"
        write_backup(other, second)
        assert said(second) == said(backup)
        put(other, second, replace=True)
        assert contents(other) == contents(full)

    def test_numbers_go_on_and_logs_stay_closed(self, backup: Path, other: URL) -> None:
        put(other, backup)
        with psycopg.connect(conninfo(other), autocommit=True) as connection:
            for table, columns, values in (
                ("audit_entries", "kind, details", "'x', '{}'"),
                (
                    "grade_changes",
                    "kind, course_id, reason, details",
                    "'x', gen_random_uuid(), '', '{}'",
                ),
            ):
                row = connection.execute(
                    f"INSERT INTO {table} ({columns}) VALUES ({values}) "
                    f"RETURNING id - (SELECT max(id) FROM {table})"
                ).fetchone()
                assert row == (1,)
                with pytest.raises(psycopg.errors.RaiseException, match="neither changed nor"):
                    connection.execute(f"DELETE FROM {table}")

    def test_older_tables_are_brought_up(self, other: URL, full: URL, tmp_path: Path) -> None:
        tables_of(other, "0008")
        with psycopg.connect(conninfo(other)) as driver:
            driver.execute(
                "INSERT INTO people (id, name, role) VALUES (gen_random_uuid(), 'ann', 'learner')"
            )
            driver.execute(
                "INSERT INTO api_tokens (id, person_id, name, token_hash, scopes) SELECT "
                "gen_random_uuid(), id, 'old', 'hash', '{read,submit,account,admin}' FROM people"
            )
        path = tmp_path / "old.zip"
        write_backup(other, path)
        assert said(path).revision == "0008"
        put(other, path, replace=True)
        with psycopg.connect(conninfo(other)) as driver:
            assert driver.execute("SELECT version_num FROM alembic_version").fetchall() == [
                (newest_revision(),)
            ]
            # A later version added a scope to those that had all of them.
            (row,) = driver.execute(
                "SELECT people.name, scopes FROM people JOIN api_tokens ON true"
            )
        assert (row[0], "teach" in row[1]) == ("ann", True)


@pytest.fixture(scope="class")
def taken(other_server: URL) -> URL:
    """A database with rows in every table, which the tests of a class may not change."""
    clear(other_server)
    tables_of(other_server, "head")
    fill(other_server)
    return other_server


class TestRefused:
    """Nothing is changed where something is in the way."""

    @pytest.fixture(autouse=True)
    def _unchanged(self, taken: URL) -> Iterator[None]:
        before = contents(taken)
        yield
        assert contents(taken) == before

    def test_a_database_that_is_not_empty(self, backup: Path, taken: URL) -> None:
        with pytest.raises(BackupError, match=r"not empty.*people.*--replace"):
            put(taken, backup)

    def test_tables_of_others(self, backup: Path, taken: URL) -> None:
        with psycopg.connect(conninfo(taken)) as connection:
            connection.execute("CREATE TABLE shopping (what text)")
        with pytest.raises(BackupError, match="not Jurax's: shopping"):
            put(taken, backup, replace=True)
        with psycopg.connect(conninfo(taken)) as connection:
            connection.execute("DROP TABLE shopping")

    def test_a_service_that_runs(self, backup: Path, taken: URL, impatient: None) -> None:
        with (
            psycopg.connect(conninfo(taken)),
            pytest.raises(BackupError, match=r"1 other connection.*Stop every service"),
        ):
            put(taken, backup, replace=True)

    def test_newer_tables(self, backup: Path, taken: URL) -> None:
        def newer(name: str, data: bytes) -> bytes:
            text = re.sub(rb'"revision": "[^"]*"', b'"revision": "9999"', data)
            return text if name == MANIFEST else data

        with pytest.raises(BackupError, match=r"newer Jurax .*9999.*Install"):
            put(taken, rewritten(backup, newer), replace=True)

    def test_rows_that_cannot_be(self, backup: Path, taken: URL) -> None:
        changed = resigned(backup, "enrolments", lambda data: data.replace(b"student", b"emperor"))
        with pytest.raises(BackupError, match=r"rows of enrolments, .*ck_enrolments_role"):
            put(taken, changed, replace=True)

    def test_columns_that_cannot_be(self, backup: Path, taken: URL) -> None:
        def renamed(name: str, data: bytes) -> bytes:
            return data.replace(b'"late_days"', b'"late_weeks"') if name == MANIFEST else data

        with pytest.raises(BackupError, match="not those of its version"):
            put(taken, rewritten(backup, renamed), replace=True)

    def test_killed_in_the_middle(self, backup: Path, taken: URL) -> None:
        program = (
            "import os, signal, sys; from pathlib import Path; from sqlalchemy import make_url\n"
            "from app.backup.archive import Archive\n"
            "from app.backup.restore import restore_backup\n"
            "def stop(name):\n"
            "    if name == 'attempts': os.kill(os.getpid(), signal.SIGKILL)\n"
            "archive = Archive(Path(sys.argv[2]))\n"
            "restore_backup(make_url(sys.argv[1]), archive, replace=True, on_table=stop)\n"
        )
        address = taken.render_as_string(hide_password=False)
        ended = subprocess.run(
            [sys.executable, "-c", program, address, str(backup)], timeout=60, check=False
        )
        assert ended.returncode == -signal.SIGKILL


def test_a_database_that_lets_nobody_in(backup: Path, other: URL) -> None:
    with pytest.raises(BackupError, match=r"did not take the backup: .*password authentication"):
        put(other.set(password="secret-and-wrong"), backup)


def test_into_no_tables_at_all_a_bad_backup_brings_none(backup: Path, other: URL) -> None:
    changed = resigned(backup, "attempts", lambda data: data.replace(b"AC", b"\\N"))
    with pytest.raises(BackupError, match="rows of attempts"):
        put(other, changed)
    with psycopg.connect(conninfo(other)) as connection:
        assert all_tables(connection) == []


@pytest.mark.sandbox
async def test_what_waited_is_judged_after_it(
    submit: Callable, url: URL, other: URL, judge: Judge, tmp_path: Path
) -> None:
    waiting = (await submit()).json()["id"]
    running = (await submit()).json()["id"]
    with psycopg.connect(conninfo(url)) as connection:
        connection.execute(
            "UPDATE attempts SET status = 'running', lease = 1 WHERE submission_id = %s", [running]
        )
    path = tmp_path / "waiting.zip"
    write_backup(url, path)
    put(other, path)
    database = Database(other)
    await sweep(database)
    with psycopg.connect(conninfo(other)) as connection:
        jobs = [
            row[0]["attempt_id"]
            for row in connection.execute("SELECT args FROM procrastinate_jobs")
        ]
    assert len(jobs) == 2
    with ThreadPoolExecutor(1) as threads:
        for job in jobs:
            await Judging(database, only(judge), threads).judge_attempt(job)
    await database.close()
    with psycopg.connect(conninfo(other)) as connection:
        found = connection.execute("SELECT submission_id::text, verdict FROM attempts").fetchall()
    assert sorted(found) == sorted([(waiting, "CE"), (running, "CE")])


def resigned(path: Path, table: str, change: Callable[[bytes], bytes]) -> Path:
    """A backup whose rows of a table are others, with a sum that is right for them."""
    with Archive(path) as archive:
        entry = next(each for each in archive.manifest.tables if each.name == table)
        data = change(b"".join(archive.pieces(entry)))
    changed = hashlib.sha256(data).hexdigest().encode()

    def both(name: str, old: bytes) -> bytes:
        if name == MANIFEST:
            return old.replace(entry.sha256.encode(), changed)
        return data if name == entry.member else old

    return rewritten(path, both)
