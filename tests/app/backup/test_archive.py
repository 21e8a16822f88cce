"""Reading a backup: whatever was lost or changed in the file is noticed."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.backup.archive import Archive
from app.backup.errors import BackupError
from app.backup.manifest import MANIFEST

_SHARED = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def rows(path: Path) -> dict[str, bytes]:
    """What an archive says that the tables hold."""
    with Archive(path) as archive:
        return {t.name: b"".join(archive.pieces(t)) for t in archive.manifest.tables}


def rewritten(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The archive with members changed, or left out."""
    target = path.with_suffix(".changed.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return target


class TestDamage:
    """Bytes that are not those that were written."""

    @given(data=st.data())
    @_SHARED
    def test_a_shorter_file_is_refused(self, backup: Path, data: st.DataObject) -> None:
        whole = backup.read_bytes()
        short = backup.with_suffix(".short.zip")
        short.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
        with pytest.raises(BackupError, match="another copy"):
            Archive(short)

    @given(data=st.data())
    @_SHARED
    def test_a_changed_byte_is_noticed_or_changes_nothing(
        self, backup: Path, data: st.DataObject
    ) -> None:
        whole = bytearray(backup.read_bytes())
        whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
        changed = backup.with_suffix(".changed.zip")
        changed.write_bytes(whole)
        try:
            found = rows(changed)
        except BackupError:
            return
        assert found == rows(backup)

    def test_a_member_of_a_zip_to_come(self, backup: Path) -> None:
        whole = bytearray(backup.read_bytes())
        whole[whole.index(b"PK\x01\x02") + 6] = 255
        backup.write_bytes(whole)
        with pytest.raises(BackupError, match="another copy"):
            Archive(backup)

    def test_a_member_that_was_packed_otherwise(self, backup: Path) -> None:
        packed = backup.with_suffix(".lzma.zip")
        with zipfile.ZipFile(backup) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as new:
            for name in old.namelist():
                new.writestr(name, old.read(name))
        # The properties that the unpacker reads first.
        packed.write_bytes(packed.read_bytes().replace(b"\x05\x00\x5d", b"\x05\x00\xff"))
        with pytest.raises(BackupError, match="another copy"):
            Archive(packed)

    def test_rows_that_were_changed_with_their_archive(self, backup: Path) -> None:
        def promote(name: str, data: bytes) -> bytes:
            return data.replace(b"learner", b"admin") if name == "people.tsv" else data

        with pytest.raises(BackupError, match=r"rows of people .*another copy"):
            Archive(rewritten(backup, promote))

    def test_a_table_that_is_missing(self, backup: Path) -> None:
        without = rewritten(backup, lambda name, data: None if name == "people.tsv" else data)
        with pytest.raises(BackupError, match="missing"):
            Archive(without)


class TestOtherFiles:
    """Files that are something else."""

    def test_none(self, tmp_path: Path) -> None:
        with pytest.raises(BackupError, match="No such file"):
            Archive(tmp_path / "none.zip")

    def test_no_archive(self, tmp_path: Path) -> None:
        path = tmp_path / "text"
        path.write_text("people")
        with pytest.raises(BackupError, match="no backup of Jurax's"):
            Archive(path)

    def test_another_archive(self, tmp_path: Path) -> None:
        path = tmp_path / "other.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("people.tsv", b"")
        with pytest.raises(BackupError, match="no backup of Jurax's"):
            Archive(path)

    def test_that_would_steer_the_terminal(self, backup: Path) -> None:
        def steering(name: str, data: bytes) -> bytes:
            return data.replace(b'm": "', b'm": "\\u001b[2J') if name == MANIFEST else data

        with pytest.raises(BackupError, match=r"program.*pattern") as raised:
            Archive(rewritten(backup, steering))
        assert str(raised.value).isprintable()

    def test_of_a_format_to_come(self, backup: Path) -> None:
        def newer(name: str, data: bytes) -> bytes:
            return data.replace(b'"format": 1', b'"format": 2') if name == MANIFEST else data

        with pytest.raises(BackupError, match=r"format.*Install the version that wrote it"):
            Archive(rewritten(backup, newer))


def test_sums_are_those_of_the_rows(backup: Path) -> None:
    with Archive(backup) as archive:
        for table in archive.manifest.tables:
            data = b"".join(archive.pieces(table))
            assert (table.bytes, table.rows) == (len(data), data.count(b"\n"))
            assert table.sha256 == hashlib.sha256(data).hexdigest()
            assert table.rows >= 2
