"""The script of a failing case, run by the runtime's own interpreter, outside of any sandbox."""

from __future__ import annotations

import ast
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from judge.case import Case
from judge.grade import grade
from judge.judge import Judge
from judge.package import Package, load
from judge.plan import draw
from judge.redaction import for_learner
from judge.report import (
    ArraySpec,
    CaseResult,
    Diff,
    Finding,
    Mismatch,
    Report,
    TransformResult,
)
from judge.reproduce import NotReproducible, Reproduction, reproduce
from judge.sandbox.runtime import Runtime, default_root
from judge.script import write_script
from judge.transforms import NAMES
from judge.verdict import Reason, Verdict, Visibility
from tests.conftest import PROBLEMS
from tests.judge.learner import Interpreter, interpreter

# An interpreter is started once, by the worker whose judge remembers the reference's answers.
pytestmark = pytest.mark.xdist_group("zero-last-layer")

KNOWN = PROBLEMS / "zero-last-layer" / "submissions"
RIGHT = KNOWN / "accepted" / "at_set.py"
PLAN_SEED = 20


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Interpreter]:
    """For what is looked at by many scripts; ``run`` starts an interpreter for one."""
    with interpreter(tmp_path_factory.mktemp("learner")) as started:
        yield started


def run(script: str, *arguments: str | Path, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """The script, run as a learner would run it."""
    runtime = Runtime.load(default_root())
    file = tmp_path / "case.py"
    file.write_text(script, encoding="utf-8")
    environment = {
        "PYTHONPATH": str(runtime.root / "site-packages"),
        "JAX_ENABLE_X64": "1" if "--x64" in arguments else "0",
        "PATH": os.environ["PATH"],
    }
    command = [runtime.root / runtime.executable, file, *(a for a in arguments if a != "--x64")]
    return subprocess.run(
        [str(word) for word in command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def report_on(package: Package, *cases: CaseResult, **more: Any) -> Report:
    """A report on these cases, of which the first failed."""
    return Report(
        **{
            "problem": package.slug,
            "problem_version": package.spec.version,
            "package_sha256": package.sha256,
            "plan_seed": PLAN_SEED,
            "pool_epoch": 0,
            "runtime": "default",
            "backend": "cpu",
            "verdict": Verdict.WA,
            "score": 0.0,
            "cases": cases,
        }
        | more
    )


def result_of(package: Package, index: int, **more: Any) -> CaseResult:
    """A result of a case of the plan."""
    case = draw(package, PLAN_SEED).cases[index]
    return CaseResult(
        **{
            "index": index,
            "group": case.group,
            "visibility": case.visibility,
            "inputs": {},
            "verdict": Verdict.WA,
            "reason": Reason.VALUES,
        }
        | more
    )


def a_diff(expected: Any, error: float, dtype: str = "float32") -> Diff:
    """Two by two values, of which one is told."""
    spec = ArraySpec(shape=(2, 2), dtype=dtype)
    pair = Mismatch(index=(0, 1), expected=expected, got=0.0, error=error)
    return Diff(path="", expected=spec, got=spec, total=4, mismatched=1, worst=(pair,))


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("wrong_answer/bias_zeroed.py", "WRONG"),
        ("wrong_answer/nan_output.py", "got nan   WRONG"),
        ("wrong_answer/transposed_output.py", "expected float32[4, 6], got float32[6, 4]"),
        ("run_time_error/bias_dropped.py", "ScopeParamNotFoundError"),
    ],
)
def test_it_shows_what_the_judge_saw(
    program: str, said: str, judge: Judge, package: Package, learner: Interpreter
) -> None:
    source = (KNOWN / program).read_text(encoding="utf-8")
    report = grade(package, source, judge=judge, plan_seed=PLAN_SEED, groups=["sample"])
    # As it comes from a file: numbers that are not finite are strings there.
    report = Report.model_validate_json(report.model_dump_json())
    script = write_script(package, reproduce(package, report))
    wrong = learner.run(script, KNOWN / program)
    assert wrong.returncode == 1
    assert said in wrong.stdout + wrong.stderr
    right = learner.run(script, RIGHT)
    assert (right.returncode, right.stderr) == (0, "")
    assert package.reference not in script


@pytest.mark.sandbox
def test_it_is_made_as_small_as_still_fails(judge: Judge, package: Package, tmp_path: Path) -> None:
    program = KNOWN / "wrong_answer" / "transposed_output.py"
    source = program.read_text(encoding="utf-8")
    report = grade(package, source, judge=judge, plan_seed=PLAN_SEED, groups=["sample"])
    shown = reproduce(package, report, source=source, judge=judge)
    assert 0 < shown.judgings <= 40
    inputs = {n: v.shape if isinstance(v, np.ndarray) else v for n, v in shown.case.inputs.items()}
    # One row and one feature transposed are what they were.
    assert inputs["num_layers"] == 1.0
    assert sorted((inputs["x"][0], inputs["features"])) == [1, 2.0]
    done = run(write_script(package, shown), program, tmp_path=tmp_path)
    assert (done.returncode, "Reproduced" in done.stdout) == (1, True)


@pytest.mark.sandbox
def test_a_right_program_is_not_made_to_fail(judge: Judge, package: Package) -> None:
    report = report_on(package, result_of(package, 0))
    shown = reproduce(package, report, source=RIGHT.read_text(), judge=judge)
    assert (shown.judgings, shown.anew) == (0, False)


DTYPES = [
    np.dtype(getattr(ml_dtypes, name, name))
    for name in (
        *("bool", "int8", "uint8", "int32", "int64", "uint64", "float16", "float32", "float64"),
        *("bfloat16", "float8_e4m3fn", "float8_e5m2", "complex64", "complex128"),
    )
]


def test_inputs_come_back_to_the_bit(package: Package, tmp_path: Path) -> None:
    bits = np.random.default_rng(0).integers(0, 2, 700, dtype=np.uint8)
    inputs: dict[str, Any] = {"n": 3.0, "k": 7, "flag": True, "tiny": 5e-324}
    for dtype in DTYPES:
        odd = [1, 0, 1] if dtype.kind in "biu" else [np.nan, -0.0, 0.1]
        inputs[f"few_{dtype}"] = np.array([odd, odd]).astype(dtype)
        inputs[f"many_{dtype}"] = bits.reshape(70, 10).astype(dtype)
        inputs[f"none_{dtype}"] = np.zeros((0, 3), dtype)
    inputs["inf"] = np.array([np.inf, -np.inf], np.float32)
    inputs["complex_inf"] = np.array([complex(np.inf, np.nan)], np.complex64)
    shown = Reproduction(
        report=report_on(package),
        case=Case(0, "sample", Visibility.FULL, inputs),
        verdict=Verdict.WA,
        anew=False,
    )
    script = write_script(package, shown)
    assert script == write_script(package, shown)
    dump = (
        "import json\nprint(json.dumps({n: [str(v.dtype), v.shape, np.asarray(v).tobytes().hex()] "
        "if hasattr(v, 'dtype') else [type(v).__name__, v] for n, v in INPUTS.items()}))\n"
    )
    body = script.replace('if __name__ == "__main__":\n    sys.exit(main())\n', dump)
    done = run(body, "--x64", tmp_path=tmp_path)
    assert done.returncode == 0, done.stderr
    wanted = {
        name: [str(value.dtype), list(value.shape), value.tobytes().hex()]
        if isinstance(value, np.ndarray)
        else [type(value).__name__, value]
        for name, value in inputs.items()
    }
    assert json.loads(done.stdout) == wanted


@pytest.mark.parametrize(
    ("expected", "dtype", "returned", "code"),
    [
        (1.0, "float32", "1.0", 0),
        (1.0, "float32", "1.000001", 0),
        (1.0, "float32", "1.1", 1),
        ("NaN", "float32", "jnp.nan", 0),
        ("NaN", "float32", "1.0", 1),
        (1.0, "float32", "jnp.nan", 1),
        ("Infinity", "float32", "jnp.inf", 0),
        ("Infinity", "float32", "-jnp.inf", 1),
        ("Infinity", "float32", "1.0", 1),
        ("(1+2j)", "complex64", "1+2j", 0),
        ("(1+nanj)", "complex64", "1+2j", 1),
        (3, "int32", "3", 0),
        (3, "int32", "4", 1),
    ],
)
def test_values_are_compared_as_the_judge_does(
    expected: Any,
    dtype: str,
    returned: str,
    code: int,
    package: Package,
    learner: Interpreter,
    tmp_path: Path,
) -> None:
    program = tmp_path / "solution.py"
    program.write_text(
        "import jax.numpy as jnp\ndef solve(**inputs):\n"
        f"    return jnp.full((2, 2), {returned}, jnp.{dtype})\n"
    )
    failed = result_of(package, 0, diffs=(a_diff(expected, 1.0, dtype),))
    script = write_script(package, reproduce(package, report_on(package, failed)))
    done = learner.run(script, program)
    assert (done.returncode, done.stderr) == (code, "")


def test_what_comes_from_a_report_is_never_code(package: Package) -> None:
    evil = '"""\nimport os\nos.system("id")\n"""\'\'\'\\'
    failed = result_of(
        package,
        0,
        findings=(Finding(kind="exception", message=evil),),
        diffs=(a_diff(1.0, 1.0).model_copy(update={"path": evil}),),
        stdout=evil,
    )
    report = report_on(package, failed, problem_version=evil)
    report = report.model_copy(
        update={"environment": report.environment.model_copy(update={"versions": {"jax": evil}})}
    )
    tree = ast.parse(write_script(package, reproduce(package, report)))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert imported == {
        *("base64", "importlib.util", "sys", "zlib", "jax", "jax.numpy", "numpy"),
    }


SCAN = load(PROBLEMS / "scan-gradient")
SCAN_KNOWN = SCAN.root / "submissions"
FAILS_UNDER = {
    "jit": ("wrong_answer/python_if.py", "TracerBoolConversionError"),
    "vmap": ("wrong_answer/clip_with_if.py", "TracerBoolConversionError"),
    "repeat": ("wrong_answer/noise_each_call.py", "Reproduced: called a second time"),
    "key_reuse": (
        "key = jax.random.key(0)\n    jax.random.normal(key), jax.random.normal(key)",
        "KeyReuseError",
    ),
    "rank_promotion": ("jnp.ones((2, 3)) + jnp.ones(3)", "rank_promotion"),
    "dtype_promotion": ("jnp.ones(2, 'int8') + jnp.ones(2)", "TypePromotionError"),
}


class TestTransformations:
    """A program that is right on every case and fails under a transformation."""

    def report(self, name: str, **more: Any) -> Report:
        failed = TransformResult(
            name=name, required=True, verdict=Verdict.WA, case=0, message="It failed."
        )
        right = result_of(SCAN, 0, verdict=Verdict.AC, reason=None)
        return report_on(SCAN, right, transforms=(failed,), **more)

    @pytest.mark.sandbox
    @pytest.mark.parametrize("name", FAILS_UNDER)
    def test_the_script_calls_it_so(self, name: str, learner: Interpreter, tmp_path: Path) -> None:
        wrong, said = FAILS_UNDER[name]
        program = SCAN_KNOWN / wrong
        if not wrong.endswith(".py"):
            program = tmp_path / "wrong.py"
            program.write_text(
                "import jax, jax.numpy as jnp\n\n"
                f"def solve(w, b, h0, xs, targets):\n    {wrong}\n    return w\n"
            )
        script = write_script(SCAN, reproduce(SCAN, self.report(name)))
        assert "It failed." in script
        done = learner.run(script, program)
        assert done.returncode == 1
        assert said in done.stdout + done.stderr

    @pytest.mark.sandbox
    @pytest.mark.parametrize("name", ["jit", "vmap", "repeat"])
    def test_a_right_program_runs(self, name: str, learner: Interpreter) -> None:
        script = write_script(SCAN, reproduce(SCAN, self.report(name)))
        right = next(known for known in SCAN.submissions if known.verdict is Verdict.AC)
        done = learner.run(script, SCAN_KNOWN / right.path)
        assert (done.returncode, done.stderr) == (0, "")

    def test_every_transformation_but_grad_can_be_shown(self) -> None:
        assert {*FAILS_UNDER, "grad"} == set(NAMES)
        with pytest.raises(NotReproducible, match="under grad"):
            reproduce(SCAN, self.report("grad"))

    def test_a_withheld_seed_is_drawn_anew(self) -> None:
        shown = reproduce(SCAN, self.report("jit", plan_seed=None))
        assert (shown.anew, shown.said) == (True, ())

    def test_a_withheld_case_is_not_guessed(self) -> None:
        report = self.report("jit")
        hidden = report.transforms[0].model_copy(update={"case": None})
        with pytest.raises(NotReproducible, match="does not show the case"):
            reproduce(SCAN, report.model_copy(update={"transforms": (hidden,)}))


class TestHidden:
    """A case that its group hides is drawn anew, and nothing of it is told."""

    def hidden(self, package: Package) -> CaseResult:
        return result_of(
            package,
            3,
            visibility=Visibility.VERDICT,
            diffs=(a_diff(123456.75, 1.0),),
            findings=(Finding(kind="values", message="sentinel"),),
        )

    def test_from_a_learners_report(self, package: Package) -> None:
        report = for_learner(report_on(package, self.hidden(package)), {})
        shown = reproduce(package, report)
        own = draw(package, PLAN_SEED).cases[3]
        assert (shown.anew, shown.said, shown.diffs) == (True, (), ())
        assert shown.case.group == own.group
        assert shown.case.inputs["seed"] != own.inputs["seed"]

    def test_from_the_whole_report(self, package: Package) -> None:
        shown = reproduce(package, report_on(package, self.hidden(package)))
        script = write_script(package, shown)
        assert shown.anew
        assert "sentinel" not in script
        assert "123456.75" not in script
        assert "drawn anew" in script

    @pytest.mark.sandbox
    def test_with_a_judge_it_is_one_that_fails(self, judge: Judge, package: Package) -> None:
        source = (KNOWN / "wrong_answer" / "transposed_output.py").read_text()
        hidden = self.hidden(package).model_copy(update={"reason": None, "findings": ()})
        shown = reproduce(package, report_on(package, hidden), source=source, judge=judge)
        assert (shown.anew, shown.said, shown.diffs) == (True, (), ())
        assert shown.judgings > 0
        assert "EXPECTED = []" in write_script(package, shown)


class TestRefusals:
    """What no script can be made of."""

    @pytest.mark.parametrize(
        ("change", "number", "said"),
        [
            ({"package_sha256": "0" * 64}, None, "--problem"),
            ({}, 99, "no case 99"),
            ({"cases": ()}, 0, "it has none"),
            ({"verdict": Verdict.CE}, None, "did not load"),
            ({"verdict": Verdict.AC, "cases": ()}, None, "No case of the report failed"),
        ],
        ids=["other package", "no such case", "no cases", "compile error", "accepted"],
    )
    def test_says_why(
        self, change: dict[str, Any], number: int | None, said: str, package: Package
    ) -> None:
        report = report_on(package, result_of(package, 0), **change)
        with pytest.raises(NotReproducible, match=said):
            reproduce(package, report, number=number)

    def test_a_case_that_did_not_run(self, package: Package) -> None:
        report = report_on(package, result_of(package, 0), result_of(package, 1, verdict=None))
        with pytest.raises(NotReproducible, match="did not run"):
            reproduce(package, report, number=1)

    def test_a_case_that_passed_can_be_asked_for(self, package: Package) -> None:
        passed = result_of(package, 1, verdict=Verdict.AC, reason=None)
        report = report_on(package, result_of(package, 0), passed)
        assert reproduce(package, report, number=1).case.index == 1
