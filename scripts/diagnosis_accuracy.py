"""What diagnosis names of mutants: ``python -m scripts.diagnosis_accuracy [PROBLEM…]``.

Judges mutants that Jurax generates from accepted submissions, and prints
docs/diagnosis-accuracy.md, but for what was then read out of it by hand. Findings are written with
mutants of the references in view, so that those would flatter them; of the others a sample is
drawn by the hash of the commit that froze the findings, which nobody knew before.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from random import Random

from judge.alteration import PREFIX as ALTERED
from judge.explain import KIND as EXPLANATION
from judge.judge import Judge
from judge.mutants.generate import mutants
from judge.mutants.mutant import Mutant
from judge.package import Package, load
from judge.patterns.finding import PREFIX
from judge.validate import PLAN_SEED
from judge.validation.document import Killer, MutantResult
from judge.validation.mutation import judge_mutants
from judge.verdict import Reason, Verdict

ROOT = Path(__file__).resolve().parents[1]
FROZEN = (
    "judge/patterns",
    "judge/alteration.py",
    "judge/alterations.py",
    "judge/counterfactual.py",
    "judge/diagnose.py",
    "judge/explain.py",
    "judge/result.py",
)

_TRACE = "trace_"
_SAMPLE = 30


class Named(StrEnum):
    """What a diagnosis says, from most to least: a named pitfall, an altered case that the answer
    is right for, a pattern of the numbers, an explained exception, a difference of layers, or only
    what is seen (numbers, a shape, a type)."""

    PITFALL = "pitfall"
    COUNTERFACTUAL = "counterfactual"
    PATTERN = "pattern"
    EXPLANATION = "explanation"
    TRACE = "layers"
    SEEN = "only what is seen"


def main() -> None:
    """Print the page."""
    roots = [ROOT / "problems" / name for name in sys.argv[1:]]
    packages = [
        load(p) for p in roots or sorted(p.parent for p in ROOT.glob("problems/*/problem.yaml"))
    ]
    # Before anything is judged: this process keeps the code that it began with.
    commit = _frozen_at()
    with Judge() as judge:
        found = [(package, _judged(package, judge, commit)) for package in packages]
    print(page(commit, found), end="")


def named(killer: Killer) -> tuple[Named, str]:
    """What the diagnosis of a killed mutant names: the sort of it, and which."""
    if killer.pitfall is not None:
        return Named.PITFALL, killer.pitfall
    for sort, start in (
        (Named.COUNTERFACTUAL, ALTERED),
        (Named.PATTERN, PREFIX),
        (Named.EXPLANATION, EXPLANATION),
    ):
        for kind in killer.findings:
            if kind.startswith(start):
                return sort, kind.removeprefix(start) or sort.value
    first = killer.findings[0] if killer.findings else str(killer.verdict)
    if first in (Reason.VALUES, Reason.NON_FINITE):
        first = next((kind for kind in killer.findings if kind.startswith(_TRACE)), first)
    return (Named.TRACE, first) if first.startswith(_TRACE) else (Named.SEEN, first)


def sample(package: Package, drawn_by: str) -> list[Mutant]:
    """At most 30 mutants of the package's accepted submissions, of which none changes a line into
    what a mutant of the reference does; each has its program's name before its own."""
    known = {mutant.becomes for mutant in mutants(package.reference, package.spec)}
    pool = [
        replace(mutant, name=f"{program.name} {mutant.name}")
        for program in package.submissions
        if program.verdict is Verdict.AC
        for mutant in mutants(program.source, package.spec)
        if mutant.becomes not in known
    ]
    return Random(f"{drawn_by} {package.slug}").sample(  # noqa: S311 - no secret
        pool, min(_SAMPLE, len(pool))
    )


def page(commit: str, found: Sequence[tuple[Package, Sequence[MutantResult]]]) -> str:
    """The page as markdown: a table of operators against what was named, then every mutant."""
    killed = [(m, k) for _, mutants in found for m in mutants if (k := m.killer) is not None]
    counts = Counter((_operator(m), named(k)[0]) for m, k in killed)
    drawn = sum(len(judged) for _, judged in found)
    operators = sorted({operator for operator, _ in counts})
    lines = [
        "# What diagnosis names",
        "",
        f"Measured at commit `{commit}`, the last that changed what is named, on {len(killed)} "
        "wrong programs: mutants that Jurax generates from the accepted submissions of "
        f"{', '.join(package.slug for package, _ in found)}. The findings were written with the "
        "known-wrong programs and mutants of the references in view; of these mutants, which are "
        "none of those, a sample was drawn by the hash of that commit. "
        f"{drawn} were drawn; what is not counted is right. Each is judged group by group up to "
        "the first case that kills it, so that its diagnosis "
        "rests on fewer cases than a learner's.",
        "",
        "All but the last section is what `python -m scripts.diagnosis_accuracy` prints.",
        "",
        "## Operators against what was named",
        "",
        f"| operator | {' | '.join(Named)} | all |",
        f"|---|{'---|' * (len(Named) + 1)}",
    ]
    for operator in (*operators, "all"):
        row = [
            sum(n for (o, s), n in counts.items() if s is sort and operator in (o, "all"))
            for sort in Named
        ]
        lines.append(f"| {operator} | {' | '.join(str(n or '') for n in row)} | {sum(row)} |")
    lines += ["", "## What was named against operators", "", "| named | mutants of |", "|---|---|"]
    by_name: dict[str, Counter[str]] = {}
    for mutant, killer in killed:
        operator = _operator(mutant)
        by_name.setdefault(_told(killer), Counter())[operator] += 1
    for name, operators_of in sorted(by_name.items()):
        told = ", ".join(f"{operator} {n}" for operator, n in sorted(operators_of.items()))
        lines.append(f"| {name} | {told} |")
    for package, judged in found:
        lines += [
            "",
            f"## {package.slug}",
            "",
            "| mutant | was | becomes | named |",
            "|---|---|---|---|",
        ]
        lines += [_row(mutant) for mutant in judged if mutant.killer is not None]
    return "\n".join(lines) + "\n"


def _row(mutant: MutantResult) -> str:
    told = _told(mutant.killer) if mutant.killer is not None else ""
    code = [f"`` {text.replace('|', chr(92) + '|')} ``" for text in (mutant.was, mutant.becomes)]
    return f"| {mutant.name} | {' | '.join(code)} | {told} |"


def _told(killer: Killer) -> str:
    sort, which = named(killer)
    return sort if sort == which else f"{sort}: {which}"


def _operator(mutant: MutantResult) -> str:
    return mutant.name.rpartition(" ")[2].rpartition("-")[0]


def _judged(package: Package, judge: Judge, commit: str) -> list[MutantResult]:
    judge.warm(package)
    made = sample(package, commit)
    found = list(judge_mutants(package, made, judge, PLAN_SEED, seeds=0))
    print(f"{package.slug}: {len(found)} mutants", file=sys.stderr)
    return found


def _frozen_at() -> str:
    command = ["git", "log", "-1", "--format=%h", "--", *FROZEN]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.strip()


if __name__ == "__main__":
    main()
