"""The package that a new problem starts from."""

from __future__ import annotations

from pathlib import Path

import pytest

from judge.judge import Judge
from judge.new import start_package
from judge.package import PackageError, load
from judge.validate import validate


@pytest.mark.sandbox
@pytest.mark.timeout(300)
def test_is_valid_as_it_is_written(tmp_path: Path, judge: Judge) -> None:
    found = validate(load(start_package("row-means", tmp_path)), judge=judge, seeds=0)
    assert found.valid, found


def test_has_a_title_and_an_identity_of_its_own(tmp_path: Path) -> None:
    first, second = (load(start_package(slug, tmp_path)) for slug in ("row-means", "2026"))
    assert (first.slug, first.spec.title) == ("row-means", "Row means")
    assert (second.slug, second.spec.title) == ("2026", "2026")
    assert first.spec.uuid != second.spec.uuid
    assert "$slug" not in (first.root / "problem.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("slug", ["", "Row", "a_b", "-a", "a--b", "../a", "a/b", "a\0", "é"])
def test_what_is_no_slug_is_refused(tmp_path: Path, slug: str) -> None:
    with pytest.raises(PackageError, match="is no slug"):
        start_package(slug, tmp_path)
    assert not list(tmp_path.iterdir())


def test_nothing_is_written_over(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "reference.py").write_text("mine")
    with pytest.raises(PackageError, match="mine is there already"):
        start_package("mine", tmp_path)
    assert [path.name for path in mine.iterdir()] == ["reference.py"]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PackageError, match="cannot be written"):
        start_package("row-means", tmp_path / "file" / "below")
