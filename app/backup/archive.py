"""Reads a backup's archive, after looking whether it is whole."""

from __future__ import annotations

import contextlib
import hashlib
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from app.backup.errors import BackupError
from app.backup.manifest import MANIFEST, Manifest, TableEntry

_PIECE_BYTES = 1 << 20
_LARGEST_MANIFEST = 16 << 20
# What zipfile raises for bytes that it cannot make sense of.
_NONSENSE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, RuntimeError, ValueError),
)


class Archive:
    """A backup that is whole: every table is there, with the rows that were written."""

    def __init__(self, path: Path) -> None:
        """Open and look through all of it. BackupError where something is missing or changed."""
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except OSError as error:
            raise BackupError(f"Cannot read {path}: {error.strerror or error}.") from error
        except _NONSENSE as error:
            raise BackupError(
                f"{path} is no backup of Jurax's, or its end is missing. Take another copy of it."
            ) from error
        try:
            with self._damage_told():
                self.manifest = self._read_manifest()
                self._check()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._zip.close()

    def pieces(self, table: TableEntry) -> Iterator[bytes]:
        """The rows of a table, piece by piece."""
        with self._damage_told(), self._zip.open(table.member) as member:
            while piece := member.read(_PIECE_BYTES):
                yield piece

    def _read_manifest(self) -> Manifest:
        if MANIFEST not in self._zip.namelist():
            raise BackupError(f"{self.path} is an archive, but no backup of Jurax's.")
        if self._zip.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
            raise BackupError(f"{self.path} is damaged: its list of tables is too long.")
        try:
            return Manifest.model_validate_json(self._zip.read(MANIFEST))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise BackupError(
                f"{self.path} cannot be read by this Jurax ({where}: {first['msg']}). Install the "
                "version that wrote it, or a newer one."
            ) from error

    def _check(self) -> None:
        wanted = sorted([MANIFEST, *(table.member for table in self.manifest.tables)])
        if sorted(self._zip.namelist()) != wanted:
            raise BackupError(f"{self.path} is damaged: tables are missing or added.")
        for table in self.manifest.tables:
            digest = hashlib.sha256()
            for piece in self.pieces(table):
                digest.update(piece)
            if digest.hexdigest() != table.sha256:
                raise BackupError(
                    f"{self.path} is damaged: the rows of {table.name} are not those that were "
                    "written. Take another copy of it."
                )

    @contextlib.contextmanager
    def _damage_told(self) -> Iterator[None]:
        try:
            yield
        except (*_NONSENSE, OSError) as error:
            raise BackupError(
                f"{self.path} is damaged ({error}). Take another copy of it."
            ) from error
