"""Versions of problems are kept, and are what they were when they are loaded again."""

from __future__ import annotations

import asyncio
import gzip
import io
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from app.assignments import snapshots
from app.assignments.archives import MAX_BYTES, pack, unpack
from app.assignments.snapshots import package_of, store_packages, versions
from app.catalog import packages as catalog_packages
from app.catalog.packages import Shelf, fill_shelf, shelf
from app.catalog.service import seed_problems
from app.db.engine import Database
from app.settings import Settings
from judge.package import Package, load
from judge.package_error import PackageError
from tests.app.conftest import PROBLEM


@pytest.fixture(autouse=True)
def fresh(settings: Settings) -> Iterator[None]:
    """Nothing loaded, nothing on disk; the shelf as it was afterwards."""
    snapshots._loaded.clear()
    _empty(settings.data_dir / "packages")
    yield
    _empty(settings.data_dir / "packages")
    fill_shelf(settings.problems_dir)


@pytest.fixture
def older(tmp_path: Path, settings: Settings) -> Package:
    """Another version of a problem."""
    folder = tmp_path / PROBLEM
    shutil.copytree(settings.problems_dir / PROBLEM, folder)
    with (folder / "statement.md").open("a") as statement:
        statement.write("\nThe older text. ␀ é\n")
    return load(folder)


def put(*on_shelf: Package) -> None:
    catalog_packages._shelf = Shelf(list(on_shelf))


class TestArchive:
    def test_equal_files_give_equal_bytes_that_unpack_to_the_same(
        self, older: Package, tmp_path: Path
    ) -> None:
        copy = tmp_path / "elsewhere"
        shutil.copytree(older.root, copy)
        archive = pack(older.root, older.sha256)
        assert pack(copy, older.sha256) == archive
        (tmp_path / "out").mkdir()
        out = tmp_path / "out" / PROBLEM
        out.mkdir()
        unpack(archive, out)
        assert replace(load(out), root=older.root) == older

    def test_a_folder_that_has_changed_is_not_packed(self, older: Package) -> None:
        (older.root / "starter.py").write_text("def solve(): ...\n")
        with pytest.raises(PackageError, match="changed"):
            pack(older.root, older.sha256)

    @pytest.mark.parametrize("name", ["../out.txt", "/etc/out.txt"])
    def test_no_file_leaves_the_folder(self, name: str, tmp_path: Path) -> None:
        folder = tmp_path / "a" / "b"
        folder.mkdir(parents=True)
        with suppress(PackageError):
            unpack(_archive(tarfile.TarInfo(name)), folder)
        assert not Path("/etc/out.txt").exists()
        assert all(found.is_relative_to(folder) for found in tmp_path.rglob("out.txt"))

    @pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
    def test_only_files_are_unpacked(self, kind: bytes, tmp_path: Path) -> None:
        member = tarfile.TarInfo("starter.py")
        member.type, member.linkname = kind, "/etc/passwd"
        with pytest.raises(PackageError):
            unpack(_archive(member), tmp_path)
        assert not list(tmp_path.iterdir())

    def test_what_would_be_huge_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(PackageError, match="larger"):
            unpack(gzip.compress(bytes(2 * MAX_BYTES), 1), tmp_path)

    def test_what_is_cut_short_is_refused(self, older: Package, tmp_path: Path) -> None:
        archive = pack(older.root, older.sha256)
        for damaged in (archive[:-20], b"nothing", b"", gzip.compress(b"x" * 600)):
            with pytest.raises(PackageError):
                unpack(damaged, tmp_path)


class TestPackageOf:
    async def test_everything_on_the_shelf_is_stored_once(
        self, database: Database, count: Callable[[str], int]
    ) -> None:
        assert count("package_snapshots") == len(shelf())
        async with database.session() as session:
            await store_packages(session, shelf())
            for package in shelf().values():
                assert await package_of(session, package.sha256) is package
        assert count("package_snapshots") == len(shelf())

    async def test_a_version_that_is_gone_from_the_shelf_is_what_it_was(
        self, database: Database, older: Package, settings: Settings
    ) -> None:
        current = shelf()[PROBLEM]
        async with database.session() as session:
            await store_packages(session, Shelf([older]))
            found = await package_of(session, older.sha256)
            assert replace(found, root=older.root) == older
            assert found.root.is_relative_to(settings.data_dir.resolve())
            assert await package_of(session, older.sha256) is found
            listed = await versions(session, PROBLEM)
        assert [one.sha256 for one in listed] == [older.sha256, current.sha256]

    async def test_what_was_damaged_on_disk_is_unpacked_anew(
        self, database: Database, older: Package
    ) -> None:
        async with database.session() as session:
            await store_packages(session, Shelf([older]))
            found = await package_of(session, older.sha256)
            for damage in ("def solve(**inputs): return 0\n", "\xff"):
                (found.root / "reference.py").write_text(damage, encoding="latin-1")
                snapshots._loaded.clear()
                assert await package_of(session, older.sha256) == found
            assert (found.root / "reference.py").read_text() == older.reference
            assert [path.name for path in found.root.parent.iterdir()] == [PROBLEM]

    async def test_several_at_once_find_the_same(self, database: Database, older: Package) -> None:
        async with database.session() as session:
            await store_packages(session, Shelf([older]))

        async def one() -> Package:
            async with database.session() as session:
                return await package_of(session, older.sha256)

        found = await asyncio.gather(*(one() for _ in range(8)))
        assert all(each == found[0] for each in found)
        assert [path.name for path in found[0].root.parent.iterdir()] == [PROBLEM]

    async def test_a_version_follows_its_problem_to_another_slug(
        self, database: Database, older: Package, tmp_path: Path, settings: Settings
    ) -> None:
        shutil.copytree(settings.problems_dir / PROBLEM, tmp_path / "renamed")
        renamed = load(tmp_path / "renamed")
        async with database.session() as session:
            await store_packages(session, Shelf([older]))
            put(renamed)
            await seed_problems(session, shelf())
            await store_packages(session, shelf())
            assert (await package_of(session, older.sha256)).slug == "renamed"
            assert len(await versions(session, "renamed")) == 2

    @pytest.mark.parametrize("way", ["file in the way", "folder of the version in the way"])
    async def test_what_cannot_be_unpacked_is_said_and_logged(
        self, way: str, database: Database, older: Package, settings: Settings
    ) -> None:
        place = settings.data_dir / "packages"
        if way != "file in the way":
            place.mkdir()
            place /= older.sha256
        place.write_text("not a folder")
        async with database.session() as session:
            await store_packages(session, Shelf([older]))
            with capture_logs() as said, pytest.raises(PackageError, match="cannot be unpacked"):
                await package_of(session, older.sha256)
            (line,) = said
            assert (line["log_level"], line["sha256"]) == ("error", older.sha256)
            place.unlink()
            assert (await package_of(session, older.sha256)).sha256 == older.sha256

    async def test_an_unknown_hash_is_said(self, database: Database) -> None:
        async with database.session() as session:
            with pytest.raises(PackageError, match="is stored"):
                await package_of(session, "0" * 64)


def _empty(place: Path) -> None:
    """A folder that is not there, or what a test has put in its place."""
    place.unlink() if place.is_file() else shutil.rmtree(place, ignore_errors=True)


def _archive(member: tarfile.TarInfo) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        tar.addfile(member)
    return gzip.compress(stream.getvalue())
