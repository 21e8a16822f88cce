"""Judging as an ordinary user, where the suite itself runs as root."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from judge.errors import SandboxUnavailable
from judge.sandbox.identity import Identity, require_reachable
from judge.sandbox.runtime import Runtime, default_root

ROOT = Path(__file__).resolve().parents[2]
USER = 64198
"""Without an account, and not the user of root's own sandboxes."""

PROGRAMS = {
    "AC": "def solve(x):\n    return x + x",
    "WA": "def solve(x):\n    return x",
    "RTE": "import os\ndef solve(x):\n    while True: os.fork()",
    "MLE": "def solve(x):\n    kept = []\n    while True: kept.append(bytearray(b'x' * (1 << 24)))",
}
GRADE = """
import json, os, sys
from pathlib import Path
from judge.grade import grade
from judge.judge import Judge, JudgeSettings
from judge.package import load

package = load(Path(sys.argv[1]))
with Judge(JudgeSettings(allow_weak_memory_limit=True)) as judge:
    verdicts = {name: grade(package, source, judge=judge).verdict
                for name, source in json.loads(sys.argv[2]).items()}
print(json.dumps({"user": os.getuid(), "verdicts": verdicts}))
"""

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.skipif(os.geteuid() != 0, reason="the suite runs as an ordinary user already"),
]


@pytest.fixture
def runtime() -> Runtime:
    """Its interpreter too is used: the service's own may lie where only root can look."""
    runtime = Runtime.load(default_root())
    try:
        for path in (ROOT, runtime.root):
            require_reachable(path, Identity(USER, USER))
    except SandboxUnavailable as error:
        pytest.skip(f"an ordinary user cannot reach the checkout: {error}")
    return runtime


@pytest.fixture
def package() -> Iterator[Path]:
    """A copy in a folder of the user's; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as home:
        copy = Path(home) / "double"
        shutil.copytree(ROOT / "tests" / "attacks" / "problems" / "double", copy)
        for path in (Path(home), *Path(home).rglob("*")):
            os.chown(path, USER, USER)
        yield copy


def test_right_wrong_and_hostile_programs_get_their_verdicts(
    runtime: Runtime, package: Path
) -> None:
    done = subprocess.run(
        [runtime.root / runtime.executable, "-c", GRADE, package, json.dumps(PROGRAMS)],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(package.parent),
            "LD_LIBRARY_PATH": str(runtime.root / "python" / "lib"),
            "PYTHONPATH": f"{ROOT}:{sysconfig.get_path('purelib')}",
        },
        user=USER,
        group=USER,
        extra_groups=[],
        cwd=package.parent,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    wanted = {verdict: verdict for verdict in PROGRAMS}
    assert json.loads(done.stdout) == {"user": USER, "verdicts": wanted}
