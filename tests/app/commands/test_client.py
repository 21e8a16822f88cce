"""``jurax submit`` against a service that answers as told, or as none of ours does."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from app.cli import app
from app.commands import client

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


@pytest.fixture
def sent(file: Path, monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The credentials that services get, of which one has a token kept for it."""
    config = client.config_path()
    config.parent.mkdir()
    config.write_text('url = "https://own.example/"\ntoken = "kept"\n')
    monkeypatch.delenv("JURAX_TOKEN", raising=False)
    found = list[str | None]()

    def request(_method: str, _url: str, *, headers: dict[str, str], **_: Any) -> httpx.Response:
        found.append(headers.get("Authorization"))
        return httpx.Response(200, content=json.dumps(document(notice=NOTICE)))

    monkeypatch.setattr(httpx, "request", request)
    return found


def test_the_kept_token_goes_to_the_service_that_it_was_kept_for_only(
    file: Path, sent: list[str | None]
) -> None:
    for more in ([], ["--url", "https://own.example"], ["--url", "https://other.example"]):
        RUNNER.invoke(app, ["submit", "double", str(file), *more])
    assert sent == ["Bearer kept", "Bearer kept", None]


@pytest.mark.parametrize(
    ("status", "content"),
    [(404, "[]"), (404, '{"detail": "no"}'), (200, "[]"), (200, '{"id": 1}'), (200, "<html>")],
)
def test_what_no_service_of_jurax_answers_is_no_verdict(
    status: int, content: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = httpx.Response(status, content=content)
    monkeypatch.setattr(httpx, "request", lambda *_, **__: answer)
    done = RUNNER.invoke(app, ["submit", "double", str(file)])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "not as Jurax does" in done.stderr


@pytest.mark.parametrize("token", ["sécret", "secret\nX: y"])
def test_a_token_that_is_none_is_refused_and_not_shown(
    token: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JURAX_TOKEN", token)
    done = RUNNER.invoke(app, ["submit", "double", str(file), "--url", "http://127.0.0.1:1"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "token" in done.stderr
    assert "cret" not in done.stderr


def test_an_address_that_is_none(file: Path) -> None:
    done = RUNNER.invoke(app, ["submit", "double", str(file), "--url", "http://[::1"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Cannot reach http://[::1" in done.stderr


def test_a_login_that_cannot_be_read(file: Path) -> None:
    config = client.config_path()
    config.parent.mkdir()
    config.write_bytes(b'url = "\xff"')
    done = RUNNER.invoke(app, ["submit", "double", str(file)])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Run `jurax login` again" in done.stderr
