"""Every attack, cheat and control over the real judge: each is seen to be what its header says."""

from __future__ import annotations

import json

import pytest

from tests.attacks.conftest import Attack
from tests.attacks.program import HONEST, AttackProgram, programs

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(60)]

PROGRAMS = programs()


def _parameter(program: AttackProgram) -> object:
    # One group: what one worker remembers of the plan the other would compute again.
    marks = [pytest.mark.xdist_group("layers")] if program.header.problem != "double" else []
    return pytest.param(program, id=program.name, marks=marks)


@pytest.mark.parametrize("program", [_parameter(program) for program in PROGRAMS])
def test_is_seen_as_what_it_is(
    program: AttackProgram, attack: Attack, pytestconfig: pytest.Config
) -> None:
    attacked = attack(program)
    assert attacked.outcome in program.header.expect, attacked.said
    shows = program.header.shows
    assert not shows or any(text in attacked.said for text in shows), attacked.said
    # Where scripts.attack_page finds it.
    path = pytestconfig.cache.mkdir("attacks") / f"{program.name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"outcome": attacked.outcome, "sentence": attacked.sentence}))


def test_there_are_enough_of_each_kind() -> None:
    kinds = [program.kind for program in PROGRAMS]
    assert kinds.count("programs") >= 100
    assert kinds.count("controls") >= kinds.count("cheats") >= 20


def test_what_is_expected_of_each_kind() -> None:
    """A control is accepted; nothing else ever is."""
    for program in PROGRAMS:
        accepted = HONEST in program.header.expect
        assert accepted == (program.kind == "controls"), program.name
