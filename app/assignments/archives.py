"""A problem package as one compressed archive: the same bytes for the same files, safe to open."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from judge.package_error import Complaints, PackageError
from judge.package_files import MAX_FILE_BYTES, MAX_FILES, digest, read_folder

# All files of a package together; of that size an archive is still quickly stored and sent.
MAX_BYTES = 32 << 20


@lru_cache(maxsize=128)
def pack(root: Path, sha256: str) -> bytes:
    """The files of the package in the folder ``root``, whose hash they must have: a folder that
    has changed since it was read is not what was meant. Raises PackageError."""
    complaints = Complaints()
    texts = read_folder(root, root.as_posix(), complaints)
    complaints.raise_if_any()
    if digest(texts) != sha256:
        raise PackageError("has changed since it was read; start again to store it", str(root))
    files = {name: text.encode() for name, text in texts.items()}
    if sum(map(len, files.values())) > MAX_BYTES:
        raise PackageError(f"has more than {MAX_BYTES >> 20} MiB of files", str(root))
    # No moment in it: equal files give equal bytes.
    return gzip.compress(_tar(files), mtime=0)


def unpack(archive: bytes, folder: Path) -> None:
    """Write the files of an archive into an empty folder, and nothing beside it. Raises
    PackageError where it is damaged or holds what no package does."""
    try:
        with tarfile.open(fileobj=io.BytesIO(_decompressed(archive)), mode="r:") as tar:
            for number, member in enumerate(tar):
                if number >= MAX_FILES or not member.isreg() or member.size > MAX_FILE_BYTES:
                    raise PackageError(f"is no archive of a package: it holds {member.name!a}")
                tar.extract(member, folder, filter="data")
    except (tarfile.TarError, zlib.error, OSError, ValueError) as error:
        raise PackageError(f"the archive of a package cannot be opened: {error}") from error


def _tar(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def _decompressed(archive: bytes) -> bytes:
    """The tar archive, unless it is far larger than what was packed can be."""
    most = MAX_BYTES + MAX_FILES * 4096
    decompressor = zlib.decompressobj(wbits=31)
    content = decompressor.decompress(archive, most)
    if not decompressor.eof:
        raise PackageError("the archive of a package is cut short or larger than any package")
    return content
