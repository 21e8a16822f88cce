"""Mutation: how many wrong programs the cases tell from right ones, known ones and made ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from judge.judge import Judge
from judge.mutants.mutant import Mutant
from judge.package import KnownSubmission, Package
from judge.package_error import nearest
from judge.plan import draw, drawn_regimes
from judge.report import Report
from judge.spec import EquivalentSpec, Grading, Regime
from judge.transforms import NAMES
from judge.validation.document import (
    Check,
    Killer,
    MutantResult,
    MutantState,
    MutationScore,
    Share,
    State,
)
from judge.validation.known import judged
from judge.verdict import Verdict


def score(
    package: Package, seed: int, reports: Sequence[tuple[KnownSubmission, Report]]
) -> MutationScore:
    """The mutation score over the known-wrong programs, judged on the plan of ``seed``."""
    plan = draw(package, seed)
    wrong = [report for known, report in reports if known.verdict is not Verdict.AC]
    by_group: dict[str, set[int]] = {}
    for case in plan.cases:
        by_group.setdefault(case.group, set()).add(case.index)
    return MutationScore(
        killed=sum(report.verdict is not Verdict.AC for report in wrong),
        total=len(wrong),
        groups=_shares(by_group, wrong),
        regimes=_shares(_by_regime(drawn_regimes(package, plan)), wrong),
    )


def score_check(found: MutationScore) -> Check:
    """Whether no known-wrong program is accepted."""
    value = found.killed / found.total if found.total else 1.0
    return Check(
        name="mutation score",
        state=State.PASSED if found.complete else State.FAILED,
        message=f"{value:.2f}: {found.killed} of {found.total} known-wrong programs are killed",
        details=()
        if found.complete
        else ("publishing needs 1.0: add a case that tells them from a right program",),
    )


def judge_mutants(
    package: Package, made: Iterable[Mutant], judge: Judge, seed: int, seeds: int
) -> Iterator[MutantResult]:
    """Every mutant that was ``made`` is judged group by group up to the first case that kills it.
    For one that survives, ``seeds`` further plans are searched."""
    for mutant in made:
        killer = _killer(package, mutant, judge, seed)
        state = MutantState.KILLED
        if killer is None:
            declared = mutant.name in package.equivalent
            state = MutantState.EQUIVALENT if declared else MutantState.SURVIVED
            killer = _search(package, mutant, judge, seed, seeds)
        yield MutantResult(
            name=mutant.name,
            line=mutant.line,
            was=mutant.was,
            becomes=mutant.becomes,
            state=state,
            killer=killer,
        )


def mutants_check(results: Sequence[MutantResult], declared: Mapping[str, EquivalentSpec]) -> Check:
    """Whether every mutant is killed or declared equivalent, and every declaration is true."""
    wrong = [_survivor(r) for r in results if r.state is MutantState.SURVIVED]
    known = {result.name: result for result in results}
    for name, told in declared.items():
        if name not in known:
            wrong.append(f"equivalent.yaml: no mutant is called '{name}'{nearest(name, known)}")
        elif known[name].becomes != told.becomes:
            wrong.append(
                f"equivalent.yaml: {name} now reads `{known[name].becomes}`, not "
                f"`{told.becomes}`; see whether the reason still holds"
            )
        elif (killer := known[name].killer) is not None:
            wrong.append(f"equivalent.yaml: {name} is not equivalent: {killer}")
    counts = {state: sum(r.state is state for r in results) for state in MutantState}
    told_counts = [f"{counts[MutantState.KILLED]} killed"]
    told_counts += [f"{counts[s]} {s}" for s in MutantState if counts[s] and s != "killed"]
    return Check(
        name="mutants",
        state=State.FAILED if wrong else State.PASSED,
        message=f"of {len(results)} generated from the reference {', '.join(told_counts)}",
        details=tuple(wrong),
    )


def _survivor(result: MutantResult) -> str:
    change = f"{result.name} survives: line {result.line}, `{result.was}` → `{result.becomes}`"
    if result.killer is not None:
        return f"{change}; {result.killer} would kill it: include such a case"
    return f"{change}; no case was found that kills it: add one, or declare it equivalent"


def _killer(package: Package, mutant: Mutant, judge: Judge, seed: int) -> Killer | None:
    """What kills it in the plan of ``seed``. Groups are judged one by one: most die in the first.
    Transformations belong to a whole plan."""
    for group in package.spec.groups:
        killer = _killed_by(judged(package, mutant.source, judge, seed, group.name))
        if killer is not None:
            return killer
    transforms = package.spec.transforms
    if not any(getattr(transforms, name) is Grading.REQUIRED for name in NAMES):
        return None
    return _killed_by(judged(package, mutant.source, judge, seed))


def _search(package: Package, mutant: Mutant, judge: Judge, seed: int, seeds: int) -> Killer | None:
    for other in range(seed + 1, seed + 1 + seeds):
        killer = _killed_by(judged(package, mutant.source, judge, other))
        if killer is not None:
            return killer
    return None


def _killed_by(report: Report) -> Killer | None:
    if report.verdict is Verdict.AC:
        return None
    case = next((case for case in report.cases if case.verdict not in (None, Verdict.AC)), None)
    return Killer(
        plan_seed=report.plan_seed,
        case=case.index if case else None,
        group=case.group if case else None,
        verdict=(case.verdict if case else None) or report.verdict,
        reason=case.reason if case else report.reason,
        findings=tuple(finding.kind for finding in case.findings) if case else (),
        pitfall=report.diagnosis.pitfall if report.diagnosis else None,
    )


def _by_regime(regimes: Mapping[int, Mapping[str, Regime]]) -> dict[str, set[int]]:
    """The indices of cases by what an array was drawn from, for arrays that have several."""
    found: dict[str, dict[str, set[int]]] = {}
    for index, drawn in regimes.items():
        for name, regime in drawn.items():
            found.setdefault(name, {}).setdefault(f"{name}: {regime}", set()).add(index)
    return {
        label: indices
        for labels in found.values()
        if len(labels) > 1
        for label, indices in sorted(labels.items())
    }


def _shares(cases: Mapping[str, set[int]], reports: Sequence[Report]) -> tuple[Share, ...]:
    """For each set of cases, of the programs that ran on some of them those that one kills. A
    program that does not load runs on none."""
    shares = []
    for name, indices in cases.items():
        verdicts = [
            [c.verdict for c in report.cases if c.index in indices and c.verdict is not None]
            for report in reports
            if report.verdict is not Verdict.CE
        ]
        ran = [one for one in verdicts if one]
        killed = sum(any(verdict is not Verdict.AC for verdict in one) for one in ran)
        shares.append(Share(name=name, killed=killed, total=len(ran)))
    return tuple(shares)
