"""The page of attacks: ``python -m scripts.attack_page``, after ``make test-attacks``.

Takes what each program says of itself from its header, and what was seen of it from the results
that the suite wrote, and rewrites docs/attacks.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.attacks.program import AttackProgram, programs

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "attacks.md"
# What pytest keeps from run to run.
RESULTS = ROOT / ".pytest_cache" / "d" / "attacks"

_TITLES = {
    "programs": ("Attacks", "None of them is ever accepted."),
    "cheats": ("Cheats", "Programs that are wrong and try to look right. None is accepted."),
    "controls": ("Controls", "Odd but honest programs. Each is accepted."),
}
_SENTENCE = 100
_ROW = re.compile(r"^\| \[[^\]]*\]\(\.\./tests/attacks/(\S+)\.py\) \|.* \| ([^|]*) \|$", re.M)


def main() -> None:
    """Rewrite the page. Raises SystemExit where a program has no result yet."""
    found = programs()
    missing = [program.name for program in found if not _result(program).exists()]
    if missing:
        raise SystemExit(f"No result of {', '.join(missing)}. First run: make test-attacks")
    seen = {program.name: _told(json.loads(_result(program).read_text())) for program in found}
    PAGE.write_text(page(found, seen))


def page(found: Iterable[AttackProgram], seen: Mapping[str, str]) -> str:
    """The page as markdown; ``seen`` holds what was seen of each program, by its name."""
    found = list(found)
    lines = [
        "# Attacks, cheats and controls",
        "",
        "Each program is judged by the real judge, in the real sandbox. After each, nothing may be "
        "left of it (process, descriptor, thread, cgroup, mount, shared memory), no listener on "
        "this machine may have heard of it, no text of the reference or of the judge's environment "
        "may be in its report, and an honest program must be accepted as if it had never been.",
        "",
        "`python -m scripts.attack_page` writes this page from the programs' headers and from what "
        "`make test-attacks` saw; a test holds the two together.",
    ]
    for kind, (title, claim) in _TITLES.items():
        of_kind = [program for program in found if program.kind == kind]
        lines += ["", f"## {title}", "", f"{len(of_kind)} programs. {claim}"]
        for family in sorted({program.family for program in of_kind}):
            lines += ["", *([f"### {family}", ""] if kind == "programs" else [])]
            lines += ["| program | tries | by | seen |", "|---|---|---|---|"]
            lines += [_row(p, seen[p.name]) for p in of_kind if p.family == family]
    return "\n".join(lines) + "\n"


def seen_on(text: str) -> dict[str, str]:
    """What a page says that was seen of each program, by its name."""
    return dict(_ROW.findall(text))


def _row(program: AttackProgram, seen: str) -> str:
    name = program.name.rpartition("/")[2]
    tries, by = _cell(program.header.tries), _cell(program.header.by)
    return f"| [{name}](../tests/attacks/{program.name}.py) | {tries} | {by} | {seen} |"


def _told(result: Mapping[str, str]) -> str:
    """A verdict, and of a process that ended or raised also how: a wrong answer has its reason."""
    outcome, sentence = result["outcome"], result["sentence"].strip().split("\n")[0]
    if outcome.startswith(("AC", "WA")) or not sentence:
        return outcome
    short = sentence if len(sentence) <= _SENTENCE else sentence[:_SENTENCE] + " …"
    return f"{outcome}: {_cell(short)}"


def _cell(text: str) -> str:
    """Text that a program may have chosen, as text in a table and nothing else."""
    kept = "".join(character if character.isprintable() else "\ufffd" for character in text)
    return re.sub(r"([\\`*_\[\]|<>&])", lambda match: f"&#{ord(match.group())};", kept)


def _result(program: AttackProgram) -> Path:
    return RESULTS / f"{program.name}.json"


if __name__ == "__main__":
    main()
