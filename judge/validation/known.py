"""Known submissions and public programs, judged as everybody's are."""

from __future__ import annotations

from collections.abc import Iterator

from judge.errors import JudgeError
from judge.grade import grade
from judge.judge import Judge
from judge.package import KnownSubmission, Package
from judge.report import Report
from judge.validation.document import Check, KnownResult, Outcome, State
from judge.verdict import Verdict
from judge.warm import Entry

STARTER = "starter.py"


def judge_known(
    package: Package, judge: Judge, seed: int
) -> Iterator[tuple[KnownSubmission, Report]]:
    """Every known submission with its report on the plan of ``seed``. Raises JudgeError where the
    judge fails."""
    for known in package.submissions:
        yield known, judged(package, known.source, judge, seed)


def judged(
    package: Package, source: str, judge: Judge, seed: int, group: str | None = None
) -> Report:
    """The report on a program. Raises JudgeError in place of a report of the judge's failure."""
    report = grade(package, source, judge=judge, plan_seed=seed, groups=group and [group])
    if report.verdict is Verdict.IE:
        raise JudgeError(report.diagnosis.message if report.diagnosis else "The judge failed.")
    return report


def known_result(known: KnownSubmission, report: Report) -> KnownResult:
    """What a known submission got, beside what it is declared to get."""
    declared = dict(known.groups)
    return KnownResult(
        path=known.path,
        declared=Outcome(
            verdict=known.verdict, reason=known.reason, pitfall=known.pitfall, groups=declared
        ),
        got=Outcome(
            verdict=report.verdict,
            reason=report.reason,
            pitfall=report.diagnosis.pitfall if report.diagnosis else None,
            groups={g.name: g.verdict for g in report.groups if g.name in declared},
        ),
    )


def submissions_check(results: list[KnownResult]) -> Check:
    """Whether every known submission got what is declared, and there is one of each kind."""
    wrong = [f"{r.path}: declared {r.declared}; got {r.got}" for r in results if not r.agrees]
    verdicts = {result.declared.verdict for result in results}
    if Verdict.AC not in verdicts:
        wrong.append("no program in submissions/accepted: at least one right form is needed")
    if not verdicts - {Verdict.AC}:
        wrong.append("no known-wrong program: the package's cases are not tested")
    agreeing = sum(result.agrees for result in results)
    return Check(
        name="submissions",
        state=State.FAILED if wrong else State.PASSED,
        message=f"{agreeing} of {len(results)} known submissions get what is declared",
        details=tuple(wrong),
    )


def public_check(package: Package, judge: Judge, seed: int) -> Check:
    """Whether what everybody can read is no solution, and runs."""
    verdicts = {
        name: judged(package, source, judge, seed).verdict
        for name, source in public_programs(package).items()
    }
    wrong = [
        f"{name} is accepted as a submission: it gives the solution away"
        for name, verdict in verdicts.items()
        if verdict is Verdict.AC
    ]
    if verdicts[STARTER] is Verdict.CE:
        wrong.append(f"{STARTER} does not compile: it is what a learner starts from")
    wrong += [
        f"{name} does not run: it gets {verdict}"
        for name, verdict in verdicts.items()
        if name != STARTER and verdict in (Verdict.CE, Verdict.RTE)
    ]
    told = ", ".join(f"{name} gets {verdict}" for name, verdict in verdicts.items())
    return Check(
        name="public programs",
        state=State.FAILED if wrong else State.PASSED,
        message=told,
        details=tuple(wrong),
    )


def public_programs(package: Package) -> dict[str, str]:
    """By name: starter.py, and each function of warmup.py under the name of the entry point."""
    programs = {STARTER: package.starter}
    for entry in Entry:
        source = entry.source_in(package)
        if source is not None:
            renamed = f"{source}\n\n{package.spec.entry} = {entry}\n"
            programs[f"{entry} in warmup.py"] = renamed
    return programs
