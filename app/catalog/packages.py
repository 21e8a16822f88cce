"""The problem packages that this process serves, read once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import structlog

from judge import package as packages
from judge.package import Package
from judge.package_error import PackageError

log = structlog.get_logger(__name__)


class Shelf(Mapping[str, Package]):
    """Packages by slug, in the order of track and position."""

    def __init__(self, loaded: list[Package]) -> None:
        ordered = sorted(loaded, key=lambda p: (p.spec.track, p.spec.position, p.slug))
        self._packages = {package.slug: package for package in ordered}

    def __getitem__(self, slug: str) -> Package:
        return self._packages[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self._packages)

    def __len__(self) -> int:
        return len(self._packages)


_shelf = Shelf([])


def shelf() -> Shelf:
    """The packages of this process."""
    return _shelf


def fill_shelf(root: Path) -> Shelf:
    """Read every package under ``root``. One that cannot be used is logged and left out: it must
    not take the others down with it."""
    global _shelf
    loaded = []
    folders = sorted(root.iterdir()) if root.is_dir() else []
    for folder in folders:
        if not (folder / "problem.yaml").is_file():
            continue
        try:
            loaded.append(packages.load(folder))
        except PackageError as error:
            log.error("problem package left out", package=folder.name, error=str(error))
    _shelf = Shelf(loaded)
    return _shelf
