"""The attack programs as data: each is a file as a learner would submit it, with a header.

The header is TOML in comments between ``# /// attack`` and ``# ///``. It says what the program
tries, by which mechanism, and what must be seen of it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

FOLDER = Path(__file__).resolve().parent
PRELUDES = FOLDER / "preludes"
KINDS = ("programs", "cheats", "controls")
HONEST = "AC"
UNREADABLE = "unreadable"

_OPENING, _CLOSING = "# /// attack", "# ///"
_PORT = "PORT = 0\n"


class Header(BaseModel):
    """What a program says of itself.

    ``expect`` holds the outcomes that are right: a verdict, or a verdict and a reason, such as
    ``WA values``; or ``unreadable`` for bytes that are never judged. ``shows`` holds texts of which
    a reader of the report must see one: what tells that the attack was tried to its end; ``hides``
    those that nobody may see. ``groups`` of the problem are run; where none is named all of them,
    and the transformations. ``runs`` says how often, one after the other. ``wall_s`` takes the
    place of the problem's limit, in seconds; ``spare`` says that the program runs in a process in
    which the public warm-up ran. ``uses`` names the files of ``preludes`` that stand before the
    program in what is submitted. ``expand`` replaces marks in the program by a text repeated so
    many times, and ``encoding`` is what it is then saved in, for sources that no editor would hold.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    tries: str
    by: str
    expect: Annotated[tuple[str, ...], Field(min_length=1)]
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    problem: str = "double"
    groups: tuple[str, ...] = ("one",)
    runs: int = 1
    wall_s: float | None = None
    spare: bool = False
    uses: tuple[str, ...] = ()
    expand: Mapping[str, tuple[str, int]] = {}
    encoding: str = "utf-8"


class AttackProgram(BaseModel):
    """One file: ``name`` is its path from the folder of the attacks, without the ending."""

    model_config = ConfigDict(frozen=True)

    name: str
    header: Header
    text: str

    @property
    def kind(self) -> str:
        """Attack (``programs``), cheat or control."""
        return self.name.partition("/")[0]

    @property
    def family(self) -> str:
        """The folder: what the attacks in it are about."""
        return self.name.split("/")[1] if self.kind == "programs" else self.kind

    def source(self, port: int = 0) -> bytes:
        """The bytes that are submitted. ``port`` is that of a listener that must hear nothing."""
        header, closing, body = self.text.partition(f"{_CLOSING}\n")
        body = body.replace(_PORT, f"PORT = {port}\n")
        for mark, (repeated, times) in self.header.expand.items():
            body = body.replace(mark, repeated * times)
        preludes = "".join((PRELUDES / f"{name}.py").read_text() for name in self.header.uses)
        return (header + closing + preludes + body).encode(self.header.encoding)


def programs() -> list[AttackProgram]:
    """Every program, in the order of names. Raises ValueError for a file without a good header."""
    paths = [path for kind in KINDS for path in sorted((FOLDER / kind).rglob("*.py"))]
    return [_read(path) for path in paths]


def _read(path: Path) -> AttackProgram:
    text = path.read_text()
    name = path.relative_to(FOLDER).with_suffix("").as_posix()
    try:
        return AttackProgram(name=name, header=Header(**_header(text)), text=text)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _header(text: str) -> dict[str, Any]:
    lines = text.splitlines()
    try:
        start, end = lines.index(_OPENING), lines.index(_CLOSING)
    except ValueError:
        raise ValueError(f"no header between {_OPENING!r} and {_CLOSING!r}") from None
    return tomllib.loads("\n".join(line.removeprefix("#") for line in lines[start + 1 : end]))
