"""When a command starts itself again in a scope of its own. Systemd itself is not run here."""

from __future__ import annotations

import sys

import pytest

from app import delegation
from app.delegation import delegated_command

SESSION = {"XDG_RUNTIME_DIR": "/run/user/1000"}


@pytest.fixture(autouse=True)
def ordinary_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delegation.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(delegation, "_has_group", lambda: False)
    monkeypatch.setattr(delegation.shutil, "which", lambda name: f"/usr/bin/{name}")


def test_a_judging_command_is_started_in_a_scope() -> None:
    command = delegated_command(["grade", "p", "f.py"], SESSION)
    assert command is not None
    assert command[:3] == ["systemd-run", "--user", "--scope"]
    assert command[-6:] == [sys.executable, "-m", "app.cli", "grade", "p", "f.py"]


@pytest.mark.parametrize("arguments", [[], ["--help"], ["submit", "grade"], ["admin", "token"]])
def test_a_command_that_judges_nothing_is_not(arguments: list[str]) -> None:
    assert delegated_command(arguments, SESSION) is None


def test_not_twice() -> None:
    assert delegated_command(["serve"], SESSION | {delegation._MARK: "1"}) is None


def test_not_without_a_session() -> None:
    assert delegated_command(["serve"], {}) is None


def test_not_for_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delegation.os, "geteuid", lambda: 0)
    assert delegated_command(["serve"], SESSION) is None


def test_not_where_a_group_is_ours_already(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delegation, "_has_group", lambda: True)
    assert delegated_command(["serve"], SESSION) is None
