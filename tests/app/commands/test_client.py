"""``jurax submit`` against a service that answers as told."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from app.cli import app

RUNNER = CliRunner()
ID = "00000000-0000-0000-0000-000000000001"
NOTICE = "It was received and judged. You see the result once the grades are published."


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program, and no login of whoever runs the tests."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = tmp_path / "solution.py"
    path.write_text("x = 1\n")
    return path


def answering(monkeypatch: pytest.MonkeyPatch, *documents: dict[str, Any]) -> list[dict[str, Any]]:
    """A service that gives these answers, one after another; the bodies that it gets."""
    left, bodies = list(documents), list[dict[str, Any]]()

    def request(_method: str, _url: str, **options: Any) -> httpx.Response:
        if "json" in options:
            bodies.append(options["json"])
        return httpx.Response(200, content=json.dumps(left.pop(0)))

    monkeypatch.setattr(httpx, "request", request)
    return bodies


def document(**fields: Any) -> dict[str, Any]:
    """A submission as the service shows it."""
    return {"id": ID, "status": "done", "notice": None, "report": None, **fields}


def test_a_program_for_an_assignment_whose_result_is_withheld(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = answering(monkeypatch, document(notice=NOTICE))
    problem_id = str(uuid.uuid4())
    words = ["submit", "double", str(file), "--assignment-problem", problem_id]
    done = RUNNER.invoke(app, words)
    assert done.exit_code == 3
    assert done.stdout.startswith(NOTICE)
    expected = {"problem": "double", "source": "x = 1\n", "assignment_problem": problem_id}
    assert bodies == [expected]


def test_that_it_was_taken_as_practice_is_not_lost_while_one_waits(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = {"verdict": "AC", "score": 1.0, "diagnosis": None}
    bodies = answering(
        monkeypatch,
        document(status="running", notice="It was taken as practice."),
        document(report=report),
    )
    done = RUNNER.invoke(app, ["submit", "double", str(file)])
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0] == "It was taken as practice."
    assert done.stdout.splitlines()[1].startswith("AC  score 1.00")
    assert bodies == [{"problem": "double", "source": "x = 1\n"}]
