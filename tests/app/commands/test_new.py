"""``jurax new`` from outside, and that the other commands find what it wrote."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app


def test_writes_where_the_service_looks_and_prints_the_folder(tmp_path: Path) -> None:
    here = {"JURAX_PROBLEMS_DIR": str(tmp_path)}
    result = CliRunner().invoke(app, ["new", "row-means"], env=here)
    assert (result.exit_code, result.stdout) == (0, f"{tmp_path / 'row-means'}\n")
    assert (tmp_path / "row-means" / "problem.yaml").is_file()

    again = CliRunner().invoke(app, ["new", "row-means"], env=here)
    assert (again.exit_code, again.stdout) == (2, "")
    assert "is there already" in again.stderr


def test_writes_into_the_given_folder(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["new", "row-means", "--problems", str(tmp_path / "mine")])
    assert result.exit_code == 0
    assert (tmp_path / "mine" / "row-means" / "reference.py").is_file()


def test_what_is_no_slug_is_usage(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["new", "Row Means", "--problems", str(tmp_path)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is no slug" in result.stderr


@pytest.mark.parametrize("by", ["variable", ".env"])
def test_grade_finds_slugs_where_the_settings_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    monkeypatch.chdir(tmp_path)
    mine = tmp_path / "mine"
    CliRunner().invoke(app, ["new", "row-means", "--problems", str(mine)])
    if by == "variable":
        monkeypatch.setenv("JURAX_PROBLEMS_DIR", str(mine))
    else:
        (tmp_path / ".env").write_text(f"JURAX_PROBLEMS_DIR={mine}\n")
    source = str(mine / "row-means" / "starter.py")
    result = CliRunner().invoke(app, ["grade", "row-means", source, "--group", "none"])
    assert result.exit_code == 2
    assert "row-means has no group none" in result.stderr


def test_a_folder_without_problems_is_not_valid(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["validate"], env={"JURAX_PROBLEMS_DIR": str(tmp_path)})
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"there is no problem in {tmp_path}" in result.stderr


def test_validate_and_bench_find_slugs_there_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JURAX_PROBLEMS_DIR", str(tmp_path))
    CliRunner().invoke(app, ["new", "row-means"])
    (tmp_path / "row-means" / "statement.md").unlink()
    for command in ("validate", "bench"):
        result = CliRunner().invoke(app, [command, "row-means"])
        assert result.exit_code == 2
        assert "row-means/statement.md: is missing" in result.stderr
