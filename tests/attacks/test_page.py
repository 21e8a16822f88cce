"""docs/attacks.md holds every program and what was seen of it, and what was seen is right."""

from __future__ import annotations

from scripts.attack_page import PAGE, page, seen_on
from tests.attacks.program import programs


def test_the_page_and_the_programs_agree() -> None:
    found, text = programs(), PAGE.read_text()
    seen = seen_on(text)
    assert set(seen) == {program.name for program in found}, "run: python -m scripts.attack_page"
    assert page(found, seen) == text
    for program in found:
        outcome = seen[program.name].partition(":")[0]
        assert outcome in program.header.expect, program.name


def test_what_a_program_chose_is_text_on_the_page() -> None:
    program = programs()[0]
    header = program.header.model_copy(update={"tries": "<b>|`x`"})
    text = page([program.model_copy(update={"header": header})], {program.name: "AC"})
    assert "&#60;b&#62;&#124;&#96;x&#96;" in text
    assert seen_on(text) == {program.name: "AC"}
