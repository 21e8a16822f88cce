"""`jurax grade` from the shell, with nothing of Jurax running."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from app.bench.figures import Command
from app.bench.rounds import Plain
from app.bench.service import environment_of, jurax
from judge.bench.figures import Latency
from judge.bench.plain import TIMEOUT_S, BenchFailed
from judge.judge import JudgeSettings
from judge.package import KnownSubmission, Package
from judge.report import Report


def grade_from_shell(
    package: Package,
    form: KnownSubmission,
    plain: Plain,
    settings: JudgeSettings,
    *,
    rounds: int,
    deadline: float,
) -> Command:
    """The command and a plain process on its plan, ``rounds`` times; at least once, and no round
    begins after ``deadline`` on the monotonic clock."""
    program = plain.folder / f"{form.name}.py"
    program.write_text(form.source)
    command, baseline = [], []
    for number in range(rounds):
        if number and time.monotonic() > deadline:
            break
        wall_ms, report = _grade(package, program, settings)
        command.append(wall_ms)
        baseline.append(plain.on_plan_of(report, package, form.source).baseline_ms)
    return Command(form=form.name, command=Latency.of(command), baseline=Latency.of(baseline))


def _grade(package: Package, program: Path, settings: JudgeSettings) -> tuple[float, Report]:
    words = jurax("grade", str(package.root), str(program), "--json")
    if settings.allow_weak_memory_limit:
        words.append("--allow-weak-memory-limit")
    started = time.perf_counter()
    try:
        done = subprocess.run(
            words,
            env=environment_of(settings),
            cwd=program.parent,
            capture_output=True,
            timeout=TIMEOUT_S,
        )
    except subprocess.TimeoutExpired as error:
        raise BenchFailed(f"`jurax grade` took more than {TIMEOUT_S:.0f} s.") from error
    wall_ms = (time.perf_counter() - started) * 1000
    if done.returncode:
        said = (done.stderr or done.stdout).decode(errors="replace").strip()[-2000:]
        raise BenchFailed(f"`jurax grade` ended with {done.returncode}: {said}")
    return wall_ms, Report.model_validate_json(done.stdout)
