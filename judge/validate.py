"""Validates a package: does it give every program what its author says it gives?

inputs → reference → known submissions → public programs → mutation → mutants → tolerance.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from judge.answer import Answer
from judge.calibrate import calibrate, calibration_check
from judge.case import Plan
from judge.judge import Judge
from judge.mutants.generate import mutants
from judge.package import KnownSubmission, Package
from judge.plan import draw
from judge.reference import ReferenceFailed
from judge.report import Report
from judge.spec import Agree
from judge.validation.document import Check, PackageValidation, State
from judge.validation.inputs import outside
from judge.validation.known import judge_known, known_result, public_check, submissions_check
from judge.validation.mutation import judge_mutants, mutants_check, score, score_check
from judge.warm import WarmupFailed

PLAN_SEED = 20
SEEDS = 3

_BACKEND = "cpu"
_SHOWN = 8

OnCheck = Callable[[Check], None]


def validate(
    package: Package, *, judge: Judge, seeds: int = SEEDS, on_check: OnCheck | None = None
) -> PackageValidation:
    """All that can be found out about ``package``. ``on_check`` hears of each check as it ends.

    Everything is judged on one plan, so that the reference is asked once; ``seeds`` further plans
    are drawn for the check of inputs, and searched for cases that kill surviving mutants. Blocking;
    takes minutes. Raises JudgeError where the judge fails, and not the package.
    """
    return _Validation(package, judge, seeds, on_check).run()


class _Validation:
    def __init__(
        self, package: Package, judge: Judge, seeds: int, on_check: OnCheck | None
    ) -> None:
        self._package = package
        self._judge = judge
        self._seeds = seeds
        self._on_check = on_check
        self._checks: list[Check] = []
        self._started = self._last = time.monotonic()

    def run(self) -> PackageValidation:
        plan = draw(self._package, PLAN_SEED)
        self._check(inputs_check(self._package, self._seeds))
        document = PackageValidation(
            problem=self._package.slug,
            problem_version=self._package.spec.version,
            package_sha256=self._package.sha256,
            runtime=self._judge.runtime.name,
            plan_seed=PLAN_SEED,
            valid=False,
            checks=(),
            seconds=0.0,
        )
        expected = self._expected(plan)
        if expected is not None:
            document = self._judged(document, plan, expected)
        return document.model_copy(
            update={
                "valid": all(check.state is not State.FAILED for check in self._checks),
                "checks": tuple(self._checks),
                "seconds": round(time.monotonic() - self._started, 1),
            }
        )

    def _judged(
        self, document: PackageValidation, plan: Plan, expected: list[Answer]
    ) -> PackageValidation:
        """What needs a reference that answers."""
        package, judge = self._package, self._judge
        reports: list[tuple[KnownSubmission, Report]] = list(judge_known(package, judge, PLAN_SEED))
        known = [known_result(submission, report) for submission, report in reports]
        self._check(submissions_check(known))
        self._check(public_check(package, judge, PLAN_SEED))
        found = score(package, PLAN_SEED, reports)
        self._check(score_check(found))
        made = mutants(package.reference, package.spec)
        judged = list(judge_mutants(package, made, judge, PLAN_SEED, self._seeds))
        self._check(mutants_check(judged, package.equivalent))
        calibration = calibrate(package, judge, plan, expected, reports)
        self._check(calibration_check(calibration))
        return document.model_copy(
            update={
                "known": tuple(known),
                "score": found,
                "mutants": tuple(judged),
                "calibration": calibration,
            }
        )

    def _expected(self, plan: Plan) -> list[Answer] | None:
        """The reference's answers; None where the package's own programs do not run."""
        try:
            self._judge.warm(self._package)
            with self._judge.reference(self._package, plan, _BACKEND) as reference:
                expected = [future.result() for future in reference.expect()]
        except (ReferenceFailed, WarmupFailed) as error:
            message = "a program of the package does not run"
            self._check(
                Check(name="reference", state=State.FAILED, message=message, details=(str(error),))
            )
            return None
        unseen = _unobserved(self._package, expected)
        self._check(
            Check(
                name="reference",
                state=State.FAILED if unseen else State.PASSED,
                message=f"answers all {len(expected)} cases",
                details=unseen,
            )
        )
        return expected

    def _check(self, check: Check) -> None:
        now = time.monotonic()
        check = check.model_copy(update={"seconds": round(now - self._last, 1)})
        self._last = now
        self._checks.append(check)
        if self._on_check is not None:
            self._on_check(check)


def _unobserved(package: Package, expected: Sequence[Answer]) -> tuple[str, ...]:
    """What the package says must agree with the reference, and the reference never shows: then
    nothing would be compared."""
    trace = package.spec.trace
    sown = {value.name for answer in expected for value in answer.trace.sown}
    missing = [f"trace.sown: it never sows {name}" for name in trace.sown if name not in sown]
    if trace.agree is not Agree.OFF and not any(answer.trace.applied() for answer in expected):
        missing.append(f"trace.observe: it applies no {' or '.join(trace.observe)}")
    return tuple(missing)


def inputs_check(package: Package, seeds: int) -> Check:
    """Whether the cases of the plan and of ``seeds`` further ones lie inside what is declared."""
    plans = [draw(package, PLAN_SEED + number) for number in range(seeds + 1)]
    wrong = [complaint for plan in plans for complaint in outside(package, plan)]
    cases = sum(len(plan.cases) for plan in plans)
    more = (f"and {len(wrong) - _SHOWN} more",) if len(wrong) > _SHOWN else ()
    return Check(
        name="inputs",
        state=State.FAILED if wrong else State.PASSED,
        message=f"{cases} cases of {len(plans)} plans, {len(wrong)} complaints",
        details=(*wrong[:_SHOWN], *more),
    )
