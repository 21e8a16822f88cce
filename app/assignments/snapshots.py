"""The versions of problems that were ever on the shelf: stored for good, loaded by their hash."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import suppress
from pathlib import Path

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.assignments import snapshot_repository as repository
from app.assignments.archives import pack, unpack
from app.catalog.packages import Shelf, shelf
from app.models import PackageSnapshot
from app.settings import get_settings
from judge import package as packages
from judge.package import Package
from judge.package_error import PackageError

_MOST_LOADED = 64
_loaded: dict[tuple[str, str], Package] = {}

log = structlog.get_logger(__name__)


async def store_packages(session: AsyncSession, on_shelf: Shelf) -> None:
    """Keep what is on the shelf, so that it can be had when its folder is another. What cannot be
    kept is logged: it can be practised, and no assignment can pin it."""
    stored = await repository.slugs_by_sha256(session)
    fresh: list[tuple[Package, bytes]] = []
    for package in on_shelf.values():
        if package.sha256 not in stored:
            try:
                archive = await asyncio.to_thread(pack, package.root, package.sha256)
            except PackageError as error:
                log.error("package not stored", package=package.slug, error=str(error))
                continue
            fresh.append((package, archive))
        elif stored[package.sha256] != package.slug:
            await repository.rename(session, package.sha256, package.slug)
    await repository.add(session, fresh)


async def package_of(session: AsyncSession, sha256: str) -> Package:
    """The package with that hash: from the shelf where it is there, else as it was stored. Raises
    PackageError, and says so in the log, where there is none, where it cannot be unpacked or this
    version of the judge cannot read it."""
    for package in shelf().values():
        if package.sha256 == sha256:
            return package
    slug = await repository.slug_of(session, sha256)
    if slug is None:
        log.error("stored package missing", sha256=sha256)
        raise PackageError(f"no version of a problem with the hash {sha256} is stored")
    key = (sha256, slug)
    if key not in _loaded:
        try:
            package = await _from_disk(session, sha256, slug)
        except PackageError as error:
            log.error("stored package unusable", package=slug, sha256=sha256, error=str(error))
            raise
        while len(_loaded) >= _MOST_LOADED:
            _loaded.pop(next(iter(_loaded)))
        _loaded[key] = package
    return _loaded[key]


async def _from_disk(session: AsyncSession, sha256: str, slug: str) -> Package:
    """The package in its folder under the data directory, which is filled where it is not as it
    should be. The folder's name is the slug."""
    place = get_settings().data_dir / "packages" / sha256
    try:
        return await asyncio.to_thread(_load, place / slug, sha256)
    except PackageError:
        archive = await repository.archive_of(session, sha256)
    try:
        return await asyncio.to_thread(_unpacked, archive, place, slug, sha256)
    except OSError as error:
        # The disk may be full, for example, or somebody else's file in the way.
        raise PackageError(f"cannot be unpacked: {error}") from error


def _load(folder: Path, sha256: str) -> Package:
    package = packages.load(folder)
    if package.sha256 != sha256:
        raise PackageError("is not what was stored", str(folder))
    return package


def _unpacked(archive: bytes, place: Path, slug: str, sha256: str) -> Package:
    """Unpack beside the place and move there in one step: of two processes that do so at once,
    each finds a whole folder, its own or the other's."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place, prefix=".") as fresh:
        folder = Path(fresh) / slug
        folder.mkdir()
        unpack(archive, folder)
        _load(folder, sha256)
        target = place / slug
        try:
            folder.rename(target)
        except OSError:
            # The other process was first, or somebody has damaged what was there.
            with suppress(PackageError):
                return _load(target, sha256)
            with suppress(OSError):
                target.rename(Path(fresh) / "damaged")
            with suppress(OSError):
                folder.rename(target)
    return _load(target, sha256)


async def versions(session: AsyncSession, slug: str) -> list[PackageSnapshot]:
    """The stored versions of a problem, the latest first, without their archives."""
    return list(await repository.versions(session, slug))
