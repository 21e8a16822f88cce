"""A file that appears under its name once it is whole."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from app.backup.errors import BackupError


@contextlib.contextmanager
def whole_file(path: Path, *, overwrite: bool) -> Iterator[BinaryIO]:
    """A file to write, which only this user can read. It takes its name when the block ends well;
    else it is gone, and what had the name still has it."""
    path = path.absolute()
    if path.exists() and not overwrite:
        raise BackupError(f"{path} is there already. Choose another name, or say --overwrite.")
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        _remove_left_over(path)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with os.fdopen(os.open(partial, flags, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise BackupError(
            f"Cannot write {path}: {error.strerror or error}. Nothing was left there."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def _remove_left_over(path: Path) -> None:
    """Remove what a process that was killed while it wrote the same file left."""
    prefix, suffix = f".{path.name}.", ".partial"
    for entry in path.parent.iterdir():
        process = entry.name.removeprefix(prefix).removesuffix(suffix)
        if entry.name == f"{prefix}{process}{suffix}" and process.isdigit() and _gone(int(process)):
            entry.unlink(missing_ok=True)


def _gone(process: int) -> bool:
    return process == os.getpid() or not Path(f"/proc/{process}").exists()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
