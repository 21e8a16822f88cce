"""Reads a package folder into memory: bounded, UTF-8, nothing from outside the folder."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from judge.package_error import Complaints, nearest

MAX_FILE_BYTES = 1 << 20
MAX_FILES = 500

REQUIRED = ("problem.yaml", "statement.md", "solution.md", "starter.py", "reference.py")
OPTIONAL = ("warmup.py",)
FUTURE = ("generator.py", "checker.py")
SUBMISSIONS = "submissions/submissions.yaml"
EQUIVALENT = "submissions/equivalent.yaml"

_HINT = re.compile(r"hints/[1-9][0-9]?\.md")
_SUBMISSION = re.compile(r"submissions/[a-z_]+/[A-Za-z0-9_-]+\.py")


def read_folder(root: Path, shown: str, complaints: Complaints) -> dict[str, str]:
    """Text by relative path (``hints/1.md``), sorted, of every file that is part of the package.

    ``__pycache__`` and names that start with a dot are not part of it. ``shown`` is what messages
    call the folder.
    """
    texts: dict[str, str] = {}
    # os.path's form does not raise for a link to itself.
    resolved = Path(os.path.realpath(root))
    for number, path in enumerate(_walk(root)):
        name = path.relative_to(root).as_posix()
        place = f"{shown}/{name}"
        if number >= MAX_FILES:
            complaints.add(f"holds more than {MAX_FILES} files", shown)
            break
        if name in FUTURE:
            complaints.add(
                f"this version does not run {name}: cases are drawn from the declared inputs and "
                "compared by the declared rule",
                place,
            )
        elif not _belongs(name):
            known = (*REQUIRED, *OPTIONAL, SUBMISSIONS, EQUIVALENT, "hints/1.md")
            complaints.add(f"is not part of a problem package{nearest(name, known)}", place)
        elif not Path(os.path.realpath(path)).is_relative_to(resolved):
            complaints.add("is a symbolic link that leaves the package folder", place)
        else:
            text = _read(path, place, complaints)
            if text is not None:
                texts[name] = text
            continue
    for name in REQUIRED:
        if not os.path.lexists(root / name):
            complaints.add("is missing", f"{shown}/{name}")
    return dict(sorted(texts.items()))


def digest(texts: Mapping[str, str]) -> str:
    """SHA-256, in hex, over the sorted relative paths and contents. Lengths are hashed too, so
    that no two packages share one sequence of bytes."""
    state = hashlib.sha256()
    for name, text in sorted(texts.items()):
        for part in (name.encode(), text.encode()):
            state.update(len(part).to_bytes(8, "big"))
            state.update(part)
    return state.hexdigest()


def _belongs(name: str) -> bool:
    return (
        name in REQUIRED
        or name in OPTIONAL
        or name in (SUBMISSIONS, EQUIVALENT)
        or _HINT.fullmatch(name) is not None
        or _SUBMISSION.fullmatch(name) is not None
    )


def _walk(root: Path) -> Iterator[Path]:
    """Every file, and every link to a folder (which is never followed)."""
    for folder, folders, files in os.walk(root, followlinks=False):
        here = Path(folder)
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "__pycache__")
        yield from (here / f for f in folders if (here / f).is_symlink())
        yield from (here / f for f in sorted(files) if not f.startswith("."))


def _read(path: Path, place: str, complaints: Complaints) -> str | None:
    try:
        # A named pipe would block here for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            complaints.add("is not a regular file", place)
            return None
        with path.open("rb") as stream:
            content = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        complaints.add(f"cannot be read: {error.strerror}", place)
        return None
    if len(content) > MAX_FILE_BYTES:
        complaints.add(f"is larger than {MAX_FILE_BYTES >> 10} KiB", place)
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        complaints.add("is not UTF-8", place, line)
        return None
