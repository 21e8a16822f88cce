"""What the catalogue says of a problem."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class State(StrEnum):
    """How far a person is with a problem."""

    UNSOLVED = "unsolved"
    ATTEMPTED = "attempted"
    SOLVED = "solved"


class View(BaseModel):
    """A frozen answer."""

    model_config = ConfigDict(frozen=True)


class ProblemLink(View):
    """A problem to go to."""

    slug: str
    title: str


class ProblemCard(View):
    """A problem in a list."""

    slug: str
    title: str
    track: str
    position: int
    difficulty: str
    tags: tuple[str, ...]
    summary: str
    state: State


class ValueRow(View):
    """An input or the output as a row of a table. ``shape`` is symbolic, for example
    ``(N_batch, in_dim)``; ``domain`` says in words what it is drawn from."""

    name: str
    type: str
    dtype: str | None = None
    shape: tuple[str, ...] | None = None
    domain: str = ""
    meaning: str = ""


class PitfallRow(View):
    """A mistake that the problem knows by name."""

    id: str
    message: str
    section: str | None = None


class LimitsView(View):
    """What a program may use."""

    wall_s: float
    cpu_s: float
    memory_mb: int
    output_kb: int


class GroupView(View):
    """Cases that share points and a visibility, and another from the due date on."""

    name: str
    cases: int
    points: float
    visibility: str
    after_due: str | None = None


class ProblemView(ProblemCard):
    """A problem as its reader may see it: hints that were revealed, a solution that is earned."""

    version: str
    statement: str = Field(description="markdown with $math$")
    entry: str = Field(description="the function that a submission defines")
    signature: str = Field(description="for example solve(seed, x)")
    objectives: tuple[str, ...]
    inputs: tuple[ValueRow, ...]
    output: ValueRow
    pitfalls: tuple[PitfallRow, ...]
    limits: LimitsView
    backends: tuple[str, ...]
    groups: tuple[GroupView, ...]
    starter: str
    hints_revealed: tuple[str, ...] = Field(description="markdown, in order")
    hints_total: int
    solution: str | None = Field(description="markdown, once it is unlocked")
    unlock: str | None = Field(description="how to unlock the solution, while it is not")
    previous: ProblemLink | None
    next: ProblemLink | None


class HintView(View):
    """A hint that was just revealed. ``number`` counts from 1."""

    number: int
    total: int
    text: str = Field(description="markdown")


class SolutionView(View):
    """The editorial of a problem."""

    problem: str
    text: str = Field(description="markdown")


class ProblemList(View):
    """All problems, by track and position."""

    items: tuple[ProblemCard, ...]
