"""Writing a backup: one moment, one file, whole or not at all."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL

from app.backup.archive import Archive
from app.backup.errors import BackupError
from app.backup.write import write_backup
from app.db.base import Base
from app.db.engine import conninfo
from app.db.migrate import newest_revision

# Writes a backup; at the table of submissions it does what the fourth word says.
_PROGRAM = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import make_url
from app.backup.errors import BackupError
from app.backup.write import write_backup
def on_table(name):
    if name == "submissions":
        exec(sys.argv[3])
signal.signal(signal.SIGTERM, signal.default_int_handler)
try:
    write_backup(make_url(sys.argv[1]), Path(sys.argv[2]), on_table=on_table)
except BackupError as error:
    print(error)
    sys.exit(2)
"""


def run(url: URL, path: Path, middle: str) -> subprocess.CompletedProcess[str]:
    """Write a backup in another process, which does something in the middle of it."""
    address = url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", _PROGRAM, address, str(path), middle]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_every_table_is_in_it_and_nothing_of_the_queue(backup: Path) -> None:
    with Archive(backup) as archive:
        manifest = archive.manifest
    assert {table.name for table in manifest.tables} == set(Base.metadata.tables) - {
        "worker_heartbeats"
    }
    assert manifest.revision == newest_revision()
    columns = {table.name: table.columns for table in manifest.tables}
    assert set(Base.metadata.tables["attempts"].columns.keys()) - set(columns["attempts"]) == {
        "job_id"
    }


def test_only_its_owner_reads_it(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert list(backup.parent.iterdir()) == [backup]


def test_a_file_of_the_name_stays_unless_it_is_to_go(full: URL, backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(BackupError, match="--overwrite"):
        write_backup(full, backup)
    assert backup.read_bytes() == before
    backup.chmod(0o644)
    backup.write_bytes(b"old")
    write_backup(full, backup, overwrite=True)
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    Archive(backup).__exit__(None, None, None)


def test_all_of_it_is_of_one_moment(full: URL, tmp_path: Path) -> None:
    def on_table(name: str) -> None:
        if name == "people":
            with psycopg.connect(conninfo(full)) as connection:
                connection.execute("DELETE FROM submissions")
                connection.execute(
                    "INSERT INTO sections SELECT gen_random_uuid(), id, 'new' FROM courses"
                )

    write_backup(full, tmp_path / "moment.zip", on_table=on_table)
    with Archive(tmp_path / "moment.zip") as archive:
        assert archive.manifest.rows_of("submissions") == 2
        assert archive.manifest.rows_of("sections") == 2


def test_a_database_without_tables(other: URL, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="nothing to back up"):
        write_backup(other, tmp_path / "empty.zip")
    assert list(tmp_path.iterdir()) == []


def test_tables_of_others_would_not_come_back(full: URL, tmp_path: Path) -> None:
    with psycopg.connect(conninfo(full), autocommit=True) as connection:
        connection.execute("CREATE TABLE shopping (what text)")
        try:
            with pytest.raises(BackupError, match="not Jurax's: shopping"):
                write_backup(full, tmp_path / "strange.zip")
        finally:
            connection.execute("DROP TABLE shopping")


def test_a_folder_that_is_not_there(full: URL, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="No such file or directory"):
        write_backup(full, tmp_path / "none" / "backup.zip")


@pytest.mark.parametrize("limited", ["when it begins", "in the middle"])
def test_no_room_for_it(full: URL, tmp_path: Path, limited: str) -> None:
    # As for a full disk: the kernel refuses to write more.
    size = 0 if limited == "when it begins" else 4096
    middle = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"
    with psycopg.connect(conninfo(full)) as connection:
        connection.execute(
            "INSERT INTO submissions (id, person_id, problem_slug, source, created_at) "
            "SELECT gen_random_uuid(), person_id, problem_slug, "
            "decode(md5(random()::text) || md5(random()::text), 'hex'), created_at "
            "FROM submissions, generate_series(1, 500)"
        )
    ended = run(full, tmp_path / "full.zip", middle)
    assert (ended.returncode, "File too large. Nothing was left there." in ended.stdout) == (
        2,
        True,
    )
    assert list(tmp_path.iterdir()) == []


def test_killed_in_the_middle_it_has_no_name_and_the_next_one_clears_up(
    full: URL, tmp_path: Path
) -> None:
    path = tmp_path / "killed.zip"
    ended = run(full, path, "os.kill(os.getpid(), signal.SIGKILL)")
    assert ended.returncode == -signal.SIGKILL
    assert not path.exists()
    (left,) = tmp_path.iterdir()
    assert left.name.endswith(".partial")
    write_backup(full, path)
    assert list(tmp_path.iterdir()) == [path]


def test_stopped_in_the_middle_it_leaves_nothing(full: URL, tmp_path: Path) -> None:
    ended = run(full, tmp_path / "stopped.zip", "os.kill(os.getpid(), signal.SIGTERM)")
    assert ended.returncode != 0
    assert list(tmp_path.iterdir()) == []


def test_what_another_process_is_writing_stays(full: URL, tmp_path: Path) -> None:
    alive = tmp_path / f".both.zip.{os.getppid()}.partial"
    alive.write_bytes(b"half")
    write_backup(full, tmp_path / "both.zip")
    assert alive.read_bytes() == b"half"
