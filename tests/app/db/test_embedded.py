"""The embedded server: who can reach it, what it survives, what it leaves behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from app import serve
from app.db import binaries, embedded, folder
from app.db.embedded import EmbeddedPostgres, embedded_url
from app.db.engine import conninfo
from app.db.errors import DatabaseError, FolderInUse
from app.db.folder import DataFolder, open_data_folder
from app.db.lock import Holder, take_lock
from app.db.orphans import server_processes
from app.db.owner import Owner, can_enter
from app.db.running import command_database, service_database
from app.settings import Settings

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root's server has another user")


@pytest.fixture(scope="module")
def data(open_folder: Path) -> DataFolder:
    """A data folder for the tests of this module, which one server after the other uses."""
    return open_data_folder(open_folder / "embedded")


@pytest.fixture
def server(data: DataFolder) -> Iterator[EmbeddedPostgres]:
    """A server on it; whatever a test leaves there is cleared."""
    made = EmbeddedPostgres(data)
    yield made
    made.stop()
    assert server_processes(data.cluster) == set()


def answers(data: DataFolder) -> bool:
    """Whether the server of a folder answers."""
    with psycopg.connect(conninfo(embedded_url(data))) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def send(process: int, which: signal.Signals) -> None:
    """Signal a process of a server; one that served a connection may have ended meanwhile."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, which)


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Return once the condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


class TestPrivacy:
    """Nobody else on the machine gets in."""

    def test_modes(self, server: EmbeddedPostgres, data: DataFolder) -> None:
        server.start()
        for path in (data.cluster, embedded_url_sockets(data)):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
        for path in (data.password_file, data.log_file, data.lock_file, data.address_file):
            if path.exists():
                assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert not stat.S_IMODE(data.path.stat().st_mode) & 0o066

    def test_password_is_needed(self, server: EmbeddedPostgres, data: DataFolder) -> None:
        server.start()
        url = embedded_url(data)
        for changed in (
            url.set(password="wrong"),
            url.set(username="postgres"),
            url.set(database="postgres"),
        ):
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(conninfo(changed)).close()

    def test_no_tcp(self, server: EmbeddedPostgres, data: DataFolder) -> None:
        server.start()
        with psycopg.connect(conninfo(embedded_url(data))) as connection:
            row = connection.execute(
                "SELECT current_setting('listen_addresses'), "
                "(SELECT rolsuper FROM pg_roles WHERE rolname = current_user)"
            ).fetchone()
        assert row == ("", False)

    @root_only
    def test_never_as_root(self, server: EmbeddedPostgres, data: DataFolder) -> None:
        server.start()
        uids: set[str] = set()
        for process in server_processes(data.cluster):
            # A connection's process may end meanwhile.
            with contextlib.suppress(FileNotFoundError):
                lines = Path(f"/proc/{process}/status").read_text().splitlines()
                uids.update(next(s for s in lines if s.startswith("Uid:")).split()[1:])
        assert uids == {str(data.owner.uid)}


class TestRecovery:
    """The next start works at once, whatever the last one left."""

    def test_stale_lock_file_of_a_dead_server(
        self, server: EmbeddedPostgres, data: DataFolder
    ) -> None:
        server.start()
        for process in server_processes(data.cluster):
            send(process, signal.SIGKILL)
        wait_for(lambda: not server_processes(data.cluster))
        assert (data.cluster / "postmaster.pid").exists()
        server.start()
        assert answers(data)

    async def test_the_service_tries_again_where_it_does_not_start(
        self, server: EmbeddedPostgres, data: DataFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(serve, "_WATCH_SECONDS", 0.02)
        server.start()
        for process in server_processes(data.cluster):
            send(process, signal.SIGKILL)
        wait_for(lambda: not server_processes(data.cluster))
        wrong = data.cluster / "postgresql.auto.conf"
        before = wrong.read_bytes()
        wrong.write_bytes(b"such settings are none\n")
        with capture_logs() as said:
            watching = asyncio.create_task(serve.watch_postgres(server))
            await asyncio.to_thread(wait_for, lambda: len(said) >= 4)
            wrong.write_bytes(before)
            await asyncio.to_thread(wait_for, lambda: server.running)
        watching.cancel()
        assert answers(data)

    def test_stale_lock_file_that_names_another_process(
        self, server: EmbeddedPostgres, data: DataFolder
    ) -> None:
        server.start()
        server.stop()
        stale = data.cluster / "postmaster.pid"
        stale.write_text(f"{os.getpid()}\n{data.cluster}\n1700000000\n5432\n/tmp\n\n  1 2\nready\n")
        server.start()
        assert answers(data)

    def test_a_server_that_outlived_its_service(
        self, server: EmbeddedPostgres, data: DataFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(embedded, "dies_with_parent", lambda _signal: lambda: None)
            orphan = EmbeddedPostgres(data)
            orphan.start()
        left = server_processes(data.cluster)
        server.start()
        assert answers(data)
        assert not left & server_processes(data.cluster)
        orphan.stop()

    def test_children_of_a_killed_server(self, server: EmbeddedPostgres, data: DataFolder) -> None:
        server.start()
        postmaster = int((data.cluster / "postmaster.pid").read_text().splitlines()[0])
        children = server_processes(data.cluster) - {postmaster}
        for child in children:
            send(child, signal.SIGSTOP)
        os.kill(postmaster, signal.SIGKILL)
        wait_for(lambda: not server.running)
        server.start()
        assert answers(data)
        assert not children & server_processes(data.cluster)

    def test_a_cluster_that_was_being_made(self, open_folder: Path) -> None:
        unfinished = open_data_folder(open_folder / "unfinished")
        (unfinished.path / "postgres.new").mkdir()
        (unfinished.path / "postgres.new" / "PG_VERSION").write_text("18\n")
        made = EmbeddedPostgres(unfinished)
        made.start()
        assert answers(unfinished)
        made.stop()

    def test_data_of_another_version_is_left_alone(self, open_folder: Path) -> None:
        old = open_data_folder(open_folder / "old")
        old.cluster.mkdir()
        (old.cluster / "PG_VERSION").write_text("17\n")
        with pytest.raises(DatabaseError, match="PostgreSQL 17"):
            EmbeddedPostgres(old).start()

    def test_dies_with_its_service(self, data: DataFolder) -> None:
        program = (
            "import sys, time; from pathlib import Path\n"
            "from app.db.embedded import EmbeddedPostgres\n"
            "from app.db.folder import open_data_folder\n"
            "EmbeddedPostgres(open_data_folder(Path(sys.argv[1]))).start()\n"
            "print('up', flush=True); time.sleep(600)\n"
        )
        with subprocess.Popen(
            [sys.executable, "-c", program, str(data.path)], stdout=subprocess.PIPE
        ) as service:
            assert service.stdout is not None
            while service.stdout.readline() != b"up\n":
                assert service.poll() is None
            assert server_processes(data.cluster)
            service.kill()
        wait_for(lambda: not server_processes(data.cluster))


class TestPlaces:
    """Where the data, the socket and the programs are."""

    def test_a_path_too_long_for_a_socket(self, open_folder: Path) -> None:
        deep = open_folder / ("d" * 60) / ("e" * 60)
        deep.mkdir(mode=0o711, parents=True)
        deep.parent.chmod(0o711)
        data = open_data_folder(deep)
        server = EmbeddedPostgres(data)
        server.start()
        sockets = embedded_url_sockets(data)
        assert answers(data)
        assert not sockets.is_relative_to(data.path)
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        server.stop()
        assert not sockets.exists()

    @root_only
    def test_a_folder_that_the_servers_user_cannot_reach(
        self, open_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        system = open_folder / "system"
        monkeypatch.setattr(folder, "SYSTEM_FOLDER", system)
        closed = open_folder / "closed"
        closed.mkdir(mode=0o700)
        wanted = closed / "checkout" / ".jurax"
        first = open_data_folder(wanted)
        assert first.path.parent == system
        assert (wanted / "data-is-in").read_text().strip() == str(first.path)
        assert open_data_folder(wanted) == first
        server = EmbeddedPostgres(first)
        server.start()
        assert answers(first)
        server.stop()

    @root_only
    def test_programs_that_the_servers_user_cannot_reach(
        self, open_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        system = open_folder / "programs"
        monkeypatch.setattr(binaries, "SYSTEM_FOLDER", system)
        monkeypatch.setattr(binaries, "can_run", lambda _owner, _program: False)
        data = open_data_folder(open_folder / "copied")
        server = EmbeddedPostgres(data)
        server.start()
        assert answers(data)
        (copy,) = system.iterdir()
        assert copy.name.startswith("postgres-18")
        assert (
            str(copy)
            in Path(f"/proc/{min(server_processes(data.cluster))}/exe").readlink().as_posix()
        )
        server.stop()

    def test_a_pointer_to_nowhere(self, open_folder: Path) -> None:
        wanted = open_folder / "pointing"
        wanted.mkdir()
        (wanted / "data-is-in").write_text("/nonexistent/data\n")
        with pytest.raises(DatabaseError, match="not there"):
            open_data_folder(wanted)

    def test_who_can_enter(self, tmp_path: Path) -> None:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        mine = Owner(os.geteuid(), os.getegid())
        assert can_enter(mine, closed)
        assert not can_enter(Owner(mine.uid + 1, mine.gid + 1), closed)
        assert not can_enter(mine, closed / "missing")


class TestLock:
    """One service a folder."""

    def test_a_second_service_is_told_who_has_it(
        self, data: DataFolder, settings: Settings
    ) -> None:
        chosen = settings.model_copy(update={"data_dir": data.path})
        with service_database(chosen):
            with (
                pytest.raises(FolderInUse, match=f"process {os.getpid()}.*--data-dir"),
                service_database(chosen),
            ):
                pass
            assert answers(data)

    def test_a_command_uses_the_service_that_runs(
        self, data: DataFolder, settings: Settings
    ) -> None:
        chosen = settings.model_copy(update={"data_dir": data.path})
        with service_database(chosen) as (_, server):
            before = server_processes(data.cluster)
            with command_database(chosen):
                pass
            assert server is not None
            assert server.running
            assert before & server_processes(data.cluster)

    def test_a_command_without_a_service_leaves_nothing_running(
        self, data: DataFolder, settings: Settings
    ) -> None:
        chosen = settings.model_copy(update={"data_dir": data.path})
        with command_database(chosen):
            assert answers(data)
        assert server_processes(data.cluster) == set()

    def test_ends_with_its_holder(self, data: DataFolder) -> None:
        lock = take_lock(data.lock_file, Holder.SERVICE)
        with pytest.raises(FolderInUse):
            take_lock(data.lock_file, Holder.COMMAND)
        lock.release()
        take_lock(data.lock_file, Holder.COMMAND).release()


class TestMigrations:
    """The migrations against the tables that the code declares."""

    def test_nothing_is_missing(self, migrated_url: object) -> None:
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext
        from sqlalchemy import URL, create_engine

        from app.db.base import Base

        assert isinstance(migrated_url, URL)
        engine = create_engine(migrated_url)
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection,
                opts={
                    "compare_type": True,
                    "include_name": lambda name, kind, _parents: (
                        kind != "table" or not name.startswith("procrastinate_")
                    ),
                },
            )
            assert compare_metadata(context, Base.metadata) == []
            version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        engine.dispose()
        assert version is not None


def embedded_url_sockets(data: DataFolder) -> Path:
    """The folder of the socket of the server that runs."""
    return Path(data.address_file.read_text())
