"""What all steps of the setup share: errors, messages, commands, fingerprints, stamps."""

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

PIP_INSTALL = (
    *("install", "--quiet", "--disable-pip-version-check", "--root-user-action", "ignore"),
)


class SetupError(Exception):
    """The setup cannot go on; the message says what to do about it."""


def say(text: str) -> None:
    print(f"setup: {text}", flush=True)


def call(
    command: Sequence[object],
    *,
    folder: Path | None = None,
    extra_environment: Mapping[str, str] | None = None,
) -> None:
    """Run a command, its output shown; raise SetupError when it fails."""
    words = [str(word) for word in command]
    result = subprocess.run(
        words, cwd=folder, env=clean_environment(extra_environment), check=False
    )
    if result.returncode:
        raise SetupError(f"this command failed ({result.returncode}): {shlex.join(words)}")


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without the variables that make one Python load another one's files."""
    misleading = {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
    kept = {name: value for name, value in os.environ.items() if name not in misleading}
    return kept | dict(extra or {})


def fingerprint(*parts: str | Path) -> str:
    """One digest over texts and file contents: it changes when any of them does."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part.encode()
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()


def python_identity() -> str:
    return f"{sys.version} {sys.base_prefix}"


def read_stamp(stamp: Path) -> str:
    return stamp.read_text() if stamp.is_file() else ""


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
