"""The import contracts in pyproject.toml catch what they are there to catch."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
MODULES = ("app/cli", "judge/grade", "judge/verdict", "judge/sandbox/spare", "judge/runner/main")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the layout with empty modules."""
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    for module in MODULES:
        path = tmp_path / f"{module}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.touch()
    return tmp_path


def check(project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("app/cli", "import judge.grade"),
        ("judge/grade", "import judge.sandbox.spare"),
        ("judge/runner/main", "import jax, flax.linen, optax"),
    ],
)
def test_allowed(project: Path, module: str, line: str) -> None:
    (project / f"{module}.py").write_text(line)
    result = check(project)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("judge/grade", "import app.cli", "The engine knows nothing of the service"),
        ("judge/grade", "import jax", "The trusted side never loads JAX"),
        ("judge/sandbox/spare", "import flax.linen", "The trusted side never loads JAX"),
        ("app/cli", "import optax", "The trusted side never loads JAX"),
        ("judge/grade", "import judge.runner.main", "never loads what runs in the sandbox"),
        ("app/cli", "import judge.runner.main", "never loads what runs in the sandbox"),
        ("judge/runner/main", "import app.cli", "carries nothing of the trusted side"),
        ("judge/runner/main", "import judge.verdict", "carries nothing of the trusted side"),
        ("judge/runner/main", "import judge.sandbox.spare", "carries nothing of the trusted side"),
    ],
)
def test_forbidden(project: Path, module: str, line: str, contract: str) -> None:
    (project / f"{module}.py").write_text(line)
    result = check(project)
    assert result.returncode == 1, result.stderr
    broken = [row for row in result.stdout.splitlines() if row.endswith("BROKEN")]
    assert any(contract in row for row in broken)
