"""A worker's judges: the service's own, and those of runtimes that courses have chosen."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.worker.judges import Judges, UnknownRuntime
from judge.sandbox.runtime import Runtime, default_root, installed


class Made:
    """A judge that notes whether it was closed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.closed = False

    def close(self) -> None:
        """Note it."""
        self.closed = True


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an earlier runtime, and with what is none."""
    manifest = json.loads((default_root() / "manifest.json").read_text())
    for folder, text in (
        ("earlier", json.dumps(manifest | {"name": "earlier"})),
        ("same", json.dumps(manifest)),
        ("broken", "{"),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "manifest.json").write_text(text)
    (tmp_path / "a file").touch()
    monkeypatch.setenv("JURAX_RUNTIMES_DIR", str(tmp_path))
    return tmp_path


def judges(made: list[Made]) -> Judges:
    """Of a worker whose own runtime is the checkout's."""
    own: Any = SimpleNamespace(runtime=Runtime.load(default_root()))

    def make(root: Path) -> Any:
        made.append(Made(root))
        return made[-1]

    return Judges(own, make)


def test_those_kept_are_found_and_the_services_own_comes_first(kept: Path) -> None:
    own = Runtime.load(default_root()).name
    assert list(installed().items()) == [(own, default_root()), ("earlier", kept / "earlier")]


def test_a_folder_that_is_not_there_holds_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JURAX_RUNTIMES_DIR", "/nowhere")
    assert list(installed()) == [Runtime.load(default_root()).name]


def test_one_judge_a_runtime_made_when_it_is_needed(kept: Path) -> None:
    made: list[Made] = []
    found = judges(made)
    own = found.of(None)
    assert found.of(own.runtime.name) is own
    assert made == []
    assert found.of("earlier") is found.of("earlier")
    assert [each.root for each in made] == [kept / "earlier"]
    found.close()
    assert made[0].closed


def test_one_that_is_not_here_says_which_are(kept: Path) -> None:
    with pytest.raises(UnknownRuntime, match=r"the runtime gone, .* earlier\. "):
        judges([]).of("gone")
