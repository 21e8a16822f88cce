"""Reads a submission's source text, or says why it cannot be read."""

from __future__ import annotations

from pathlib import Path

MAX_SOURCE_BYTES = 256 * 1024


class UnreadableSource(Exception):
    """The source is no text that can be judged; the message says why."""


class SourceTooLarge(UnreadableSource):
    """The source is over MAX_SOURCE_BYTES."""


def read_source(path: Path) -> str:
    """The text of a file. Raises UnreadableSource."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SOURCE_BYTES + 1)
    except OSError as error:
        raise UnreadableSource(f"{path} cannot be read: {error.strerror or error}.") from error
    try:
        return decode_source(data)
    except UnreadableSource as error:
        raise type(error)(f"{path}: {error}") from error


def decode_source(data: bytes) -> str:
    """UTF-8, with or without a byte order mark. Raises UnreadableSource."""
    if len(data) > MAX_SOURCE_BYTES:
        raise SourceTooLarge(
            f"The source is larger than {MAX_SOURCE_BYTES // 1024} KiB. Submit only the code that "
            "the problem asks for."
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableSource(
            f"The source is not UTF-8 text: byte {error.start} is 0x{data[error.start]:02x}. Save "
            "it as UTF-8."
        ) from error
