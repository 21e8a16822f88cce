"""Grades a submission: draw plan → ask reference → run → compare → diagnose → report."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager

from judge.answer import Answer
from judge.case import Plan
from judge.cost import cost_card
from judge.diagnose import diagnose, diagnose_load
from judge.errors import BackendUnavailable, JudgeError
from judge.execution import Answered, Execution
from judge.judge import Judge
from judge.package import Package
from judge.plan import draw, new_seed
from judge.report import CaseResult, Diagnosis, Environment, GroupResult, Report, TransformResult
from judge.result import failed_load_result, not_run_result
from judge.spec import Grading
from judge.transforms import Matrix, group_result, in_order
from judge.transplant import Transplants
from judge.verdict import Reason, Verdict, combine

OnCase = Callable[[CaseResult], None]
OnVerdict = Callable[[Report], None]


def grade(
    package: Package,
    source: str,
    *,
    judge: Judge,
    plan_seed: int | None = None,
    groups: Collection[str] | None = None,
    backend: str = "cpu",
    on_case: OnCase | None = None,
    on_verdict: OnVerdict | None = None,
) -> Report:
    """The report on ``source``. ``on_case`` hears of each case as it ends; ``on_verdict``, where
    something is only reported, of the report before that, in which nothing else will change.

    Raises BackendUnavailable where the backend cannot be had. Everything else that goes wrong on
    the judge's side is a report with the verdict IE. Blocking; takes seconds; thread-safe.
    """
    clock = _Clock()
    spare = None
    if groups is None:
        spare = judge.spares.take(package, backend, plan_seed)
    seed = new_seed() if plan_seed is None else plan_seed
    plan = spare.plan if spare is not None else draw(package, seed, groups=groups)
    results: Sequence[CaseResult]
    diagnosis: Diagnosis | None
    required: Sequence[TransformResult] = ()
    reported: Sequence[TransformResult] = ()
    card = None

    def made(environment: Environment, *, complete: bool) -> Report:
        report = _report(package, plan, judge.runtime.name, backend, results, diagnosis, required)
        return report.model_copy(
            update={
                "transforms": in_order((*required, *reported)),
                "cost": card,
                "timing": clock.finish(),
                "environment": environment,
                "complete": complete,
            }
        )

    try:
        with (
            judge.spares.judging() as attempts,
            judge.reference(package, plan, backend) as reference,
            judge.execution(package, source, backend, spare, attempts) as execution,
        ):
            clock.lap("start")
            expected = reference.expect()
            loaded = execution.load()
            clock.lap("load")
            environment = judge.environment(backend, execution.device).model_copy(
                update={"prepared": spare is not None}
            )
            if loaded.failure is not None or loaded.ended is not None:
                results = _announced(failed_load_result(package, plan, loaded), on_case)
                diagnosis = diagnose_load(loaded, results[0])
            else:
                transplants = Transplants(package, reference)
                results, answers = _run(plan, execution, expected, transplants, on_case, clock)
                clock.lap("cases")
                matrix = Matrix(
                    package,
                    plan,
                    source,
                    results,
                    answers,
                    expected,
                    execution,
                    reference,
                    whole=groups is None,
                )
                required = matrix.run(Grading.REQUIRED)
                clock.lap("required_transforms")
                diagnosis, results = diagnose(
                    package, plan, results, answers, expected, reference, transplants
                )
                diagnosis = diagnosis or matrix.diagnosis(required)
                clock.lap("diagnosis")
                if on_verdict is not None and matrix.reports:
                    on_verdict(made(environment, complete=False))
                reported = matrix.run(Grading.REPORTED)
                card = cost_card(matrix)
                clock.lap("reported")
    except BackendUnavailable:
        raise
    except JudgeError as error:
        return judge_error_report(package, str(error), plan=plan, backend=backend)
    return made(environment, complete=True)


def judge_error_report(
    package: Package, message: str, *, plan: Plan | None = None, backend: str = "cpu"
) -> Report:
    """The report of an attempt that the judge itself could not carry out."""
    plan = plan or Plan(seed=0, pool_epoch=0, cases=())
    diagnosis = Diagnosis(
        pitfall=None,
        message=f"The judge failed, not your program; this costs you nothing. {message}",
    )
    report = _report(package, plan, "unknown", backend, (), diagnosis)
    return report.model_copy(update={"verdict": Verdict.IE, "score": 0.0})


def _run(
    plan: Plan,
    execution: Execution,
    expected: Sequence[Future[Answer]],
    transplants: Transplants,
    on_case: OnCase | None,
    clock: _Clock,
) -> tuple[list[CaseResult], dict[int, Answer]]:
    """Runs every case and compares it as it ends; the results in the plan's order, the answers by
    the case's index for the diagnosis."""
    futures = {case.index: future for case, future in zip(plan.cases, expected, strict=True)}
    results: dict[int, CaseResult] = {}
    answers: dict[int, Answer] = {}
    with closing(execution.answers(plan.cases)) as answered:
        in_turn = _in_order(plan, answered) if transplants.depend_on_order else answered
        for case, answer in in_turn:
            if answer is None:
                result = not_run_result(case)
            else:
                answers[case.index] = answer
                wanted = futures[case.index].result()
                with clock.part("comparison"):
                    result = transplants.judged(case, wanted, answer)
            results[case.index] = result
            _announced([result], on_case)
    return [results[case.index] for case in plan.cases], answers


def _in_order(plan: Plan, answered: Iterator[Answered]) -> Iterator[Answered]:
    """The answers in the plan's order, whichever comes first."""
    waiting: dict[int, Answered] = {}
    for case in plan.cases:
        while case.index not in waiting:
            pair = next(answered)
            waiting[pair[0].index] = pair
        yield waiting.pop(case.index)


def _announced(results: Sequence[CaseResult], on_case: OnCase | None) -> Sequence[CaseResult]:
    for result in results:
        if on_case is not None:
            on_case(result)
    return results


def _report(
    package: Package,
    plan: Plan,
    runtime: str,
    backend: str,
    results: Sequence[CaseResult],
    diagnosis: Diagnosis | None,
    required: Sequence[TransformResult] = (),
) -> Report:
    judged: list[CaseResult | TransformResult] = [*results, *required]
    verdict = combine(result.verdict for result in judged)
    groups = _group_results(package, results) + group_result(package.spec, required, verdict)
    points = sum(group.points for group in groups)
    return Report(
        problem=package.slug,
        problem_version=package.spec.version,
        package_sha256=package.sha256,
        plan_seed=plan.seed,
        pool_epoch=plan.pool_epoch,
        runtime=runtime,
        backend=backend,
        verdict=verdict,
        reason=_reason(verdict, judged),
        score=sum(group.earned for group in groups) / points if points else float(verdict == "AC"),
        diagnosis=diagnosis,
        groups=tuple(groups),
        cases=tuple(results),
        environment=Environment(),
    )


def _reason(verdict: Verdict, results: Sequence[CaseResult | TransformResult]) -> Reason | None:
    """That of the first case, else transformation, with the attempt's verdict."""
    return next((r.reason for r in results if r.verdict is verdict), None)


def _group_results(package: Package, results: Sequence[CaseResult]) -> list[GroupResult]:
    """All or nothing, unless the package says that a group is partial. An attempt that ended
    before a group ran gives that group the attempt's verdict."""
    overall = combine(result.verdict for result in results)
    found = []
    for spec in package.spec.groups:
        verdicts = [result.verdict for result in results if result.group == spec.name]
        if not verdicts:
            continue
        passed = sum(verdict is Verdict.AC for verdict in verdicts)
        complete = passed == len(verdicts)
        share = passed / len(verdicts) if spec.partial else float(complete)
        ran = [verdict for verdict in verdicts if verdict is not None]
        verdict = combine(ran) if ran and not (None in verdicts and passed == len(ran)) else overall
        found.append(
            GroupResult(
                name=spec.name,
                points=spec.points,
                earned=spec.points * share,
                verdict=verdict,
                visibility=spec.visibility,
                after_due=spec.after_due,
            )
        )
    return found


class _Clock:
    """Milliseconds of each step and of parts of steps, for the report's ``timing``."""

    def __init__(self) -> None:
        self._started = self._last = time.monotonic()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        now = time.monotonic()
        self._laps[name] = round((now - self._last) * 1000, 3)
        self._last = now

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Adds to what ``name`` has taken so far."""
        began = time.monotonic()
        yield
        taken = (time.monotonic() - began) * 1000
        self._laps[name] = round(self._laps.get(name, 0.0) + taken, 3)

    def finish(self) -> dict[str, float]:
        return {**self._laps, "total": round((time.monotonic() - self._started) * 1000, 3)}
