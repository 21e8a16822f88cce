"""The folder of compiled programs is kept from growing without end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from judge.sandbox.cache import CompilationCache
from judge.sandbox.identity import Identity
from judge.sandbox.runtime import Runtime

OURS = Identity(uid=os.geteuid(), gid=os.getegid())


def cache(root: Path, lock: str) -> CompilationCache:
    runtime = Runtime(root, "r", "3.11", Path("python"), (), {}, lock_sha256=lock)
    made = CompilationCache(runtime, "cpu")
    made.create(OURS)
    return made


def write(cache: CompilationCache, name: str, written: int) -> Path:
    path = cache.folder / name
    path.write_bytes(bytes(100))
    os.utime(path, (0, written))
    return path


@pytest.fixture
def old(tmp_path: Path) -> CompilationCache:
    """That of a runtime which was replaced."""
    return cache(tmp_path, "0" * 64)


@pytest.fixture
def new(tmp_path: Path) -> CompilationCache:
    return cache(tmp_path, "1" * 64)


def test_what_was_written_first_goes_first(old: CompilationCache, new: CompilationCache) -> None:
    first, second = write(old, "a", 1), write(old, "b", 2)
    third, fourth = write(new, "c", 3), write(new, "d", 4)
    for each in (old, new):
        each.mark_filled("warmup", "f" * 64, 0)
    new.prune(400)
    assert first.exists()
    new.prune(250)
    assert [path.exists() for path in (first, second, third, fourth)] == [False, False, True, True]
    assert not old.filled_by("warmup", "f" * 64, 0)
    assert new.filled_by("warmup", "f" * 64, 0)
    new.prune(150)
    assert not new.filled_by("warmup", "f" * 64, 0)


def test_a_link_goes_and_its_target_stays(new: CompilationCache, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(bytes(1000))
    link, folder = new.folder / "link", new.folder / "folder"
    link.symlink_to(target)
    folder.mkdir()
    new.prune(0)
    assert not link.is_symlink()
    assert target.exists()
    assert folder.is_dir()


def test_what_is_filled_is_known_by_function_package_and_epoch(new: CompilationCache) -> None:
    new.mark_filled("warmup", "a" * 64, 0)
    assert new.filled_by("warmup", "a" * 64, 0)
    assert not new.filled_by("fill_cache", "a" * 64, 0)
    assert not new.filled_by("warmup", "b" * 64, 0)
    assert not new.filled_by("warmup", "a" * 64, 1)
