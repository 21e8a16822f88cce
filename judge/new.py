"""Starts a problem package: an example that is whole and valid, for an author to change."""

from __future__ import annotations

import uuid
from pathlib import Path
from string import Template

from judge.package import SLUG
from judge.package_error import PackageError

EXAMPLE = Path(__file__).with_name("new_package")


def start_package(slug: str, folder: Path) -> Path:
    """Write the example as ``folder/slug``, with an identity and a title of its own, and return
    that folder. Raises PackageError: the slug is none, something is there, or it cannot be written.
    """
    root = folder / slug
    if not SLUG.fullmatch(slug):
        raise PackageError(
            f"'{slug}' is no slug: a-z and 0-9, with single hyphens, as in row-means"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Fails where something is there, which is never written over.
        root.mkdir()
        for source in _files():
            _write(source, root / source.relative_to(EXAMPLE), slug)
    except FileExistsError as error:
        raise PackageError(f"{error.filename} is there already; nothing was written") from error
    except OSError as error:
        raise PackageError(f"{root} cannot be written: {error.strerror}") from error
    return root


def _files() -> list[Path]:
    """Without what installing the package compiled."""
    files = (path for path in EXAMPLE.rglob("*") if path.is_file())
    return sorted(path for path in files if path.parent.name != "__pycache__")


def _write(source: Path, target: Path, slug: str) -> None:
    text = source.read_text(encoding="utf-8")
    if source.name == "problem.yaml":
        title = slug.replace("-", " ").capitalize()
        # Quoted, since 2026 and off are no texts to YAML.
        text = Template(text).substitute(slug=slug, uuid=uuid.uuid4(), title=f'"{title}"')
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
