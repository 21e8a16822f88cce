"""``jurax grade`` as a shell sees it: exit codes, stdout, stderr."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from judge.judge import Judge
from judge.report import Report
from judge.sandbox.jail import gpu_devices
from tests.conftest import PROBLEMS

pytestmark = pytest.mark.sandbox

JURAX = Path(sys.executable).with_name("jurax")
PACKAGE = PROBLEMS / "zero-last-layer"
RIGHT = PACKAGE / "submissions/accepted/compact_dict_spread.py"
WRONG = PACKAGE / "submissions/wrong_answer/dense_n_minus_2.py"


@pytest.fixture(autouse=True)
def warm(judge: Judge) -> None:
    """Each command judges on its own, with the cache that the suite's judge has filled."""


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [str(JURAX), "grade", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)


def test_a_right_program_exits_0_with_one_report() -> None:
    done = run("zero-last-layer", RIGHT, "--json", "--seed", "7")
    assert (done.returncode, done.stderr) == (0, "")
    report = Report.model_validate_json(done.stdout)
    assert (report.verdict, report.score, report.plan_seed) == ("AC", 1.0, 7)


def test_a_wrong_program_exits_1_and_is_told_why() -> None:
    done = run(PACKAGE, WRONG, "--group", "sample")
    assert done.returncode == 1
    assert "Wrong answer (WA) · trace" in done.stdout
    assert "off-by-one" in done.stdout


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (b"", "CE"),
        (b"this is not a python file", "CE"),
        (b"def solve(a, b): pass", "CE"),
        (b"def solve(seed, x, num_layers, features): pass\0", "CE"),
        (b"def other(): pass", "CE"),
        (b"\xef\xbb\xbfdef solve(seed, x, num_layers, features): raise KeyError(1)", "RTE"),
    ],
    ids=["empty", "not python", "wrong parameters", "NUL", "no entry point", "byte order mark"],
)
def test_what_is_no_right_program_exits_1(content: bytes, verdict: str, tmp_path: Path) -> None:
    file = tmp_path / "solution.py"
    file.write_bytes(content)
    done = run("zero-last-layer", file, "--json", "--group", "sample")
    assert done.returncode == 1
    assert json.loads(done.stdout)["verdict"] == verdict


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x" * 2_000_000, "larger than 256 KiB"),
        (bytes(range(256)), "not UTF-8"),
        (None, "cannot be read"),
    ],
    ids=["2 MB", "random bytes", "missing"],
)
def test_what_cannot_be_read_exits_2(content: bytes | None, said: str, tmp_path: Path) -> None:
    file = tmp_path / "solution.py"
    if content is not None:
        file.write_bytes(content)
    done = run("zero-last-layer", file, "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("zero-last-lyer", RIGHT), "zero-last-layer"),
        (("zero-last-layer", PACKAGE), "cannot be read"),
        (("zero-last-layer", RIGHT, "--group", "dept"), "its groups are"),
        (("zero-last-layer", RIGHT, "--seed", "-1"), "seed"),
        (("zero-last-layer", RIGHT, "--backend", "tpu"), "tpu"),
        (("zero-last-layer",), "Missing argument"),
    ],
)
def test_wrong_usage_exits_2(arguments: tuple[str | Path, ...], said: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.skipif(bool(gpu_devices()), reason="there is a GPU here")
def test_a_backend_without_a_device_exits_3() -> None:
    done = run("zero-last-layer", RIGHT, "--backend", "gpu", "--json")
    assert (done.returncode, done.stdout) == (3, "")
    assert "no GPU" in done.stderr


def test_gradescopes_results() -> None:
    done = run("zero-last-layer", WRONG, "--format", "gradescope", "--group", "sample")
    results = json.loads(done.stdout)
    assert (done.returncode, results["score"]) == (1, 0)
    assert results["tests"][0]["max_score"] == 100


def test_junits_xml() -> None:
    wrong_everywhere = WRONG.with_name("nothing_zeroed.py")
    done = run("zero-last-layer", wrong_everywhere, "--format", "junit", "--group", "sample")
    root = ElementTree.fromstring(done.stdout.split("\n", 1)[1])
    assert [suite.get("failures") for suite in root.iter("testsuite")] == ["2"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--format", "gradescope"), False),
        (("--format", "gradescope", "--as-instructor"), True),
        (("--format", "text"), True),
        (("--format", "text", "--as-learner"), False),
        (("--json", "--as-learner"), False),
        (("--format", "junit", "--as-learner"), False),
    ],
)
def test_who_reads_it_decides_what_is_shown(
    options: tuple[str, ...], told: bool, tmp_path: Path
) -> None:
    """The group shows diffs, no words of the program."""
    file = tmp_path / "solution.py"
    file.write_text(
        "def solve(seed, x, num_layers, features):\n"
        "    print('sentinel')\n    raise ValueError('sentinel')\n"
    )
    done = run("zero-last-layer", file, "--group", "depth", *options)
    assert done.returncode == 1
    assert "ValueError" in done.stdout
    # The learner's own line of code is in the traceback, which is cut as well.
    assert ("sentinel" in done.stdout) is told
