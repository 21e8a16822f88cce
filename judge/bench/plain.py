"""Runs a submission in plain processes of the runtime's interpreter: the baseline, the floor."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from judge.bench.driver import DRIVER
from judge.case import Plan, Value
from judge.errors import JudgeError
from judge.sandbox.runtime import Runtime

TIMEOUT_S = 180.0
_LONG_MS = 2000.0

Outputs = list[list[dict[str, Any]]]


class BenchFailed(JudgeError):
    """A program did not do what the benchmark measures."""


@dataclass(frozen=True)
class PlainPair:
    """Baseline and floor of one process, in milliseconds."""

    baseline_ms: float
    floor_ms: tuple[float, ...]


@dataclass(frozen=True)
class PlainRun:
    """One pass over the cases: how long, at what cost, with which outputs."""

    wall_ms: float
    cpu_s: float
    peak_mb: float
    outputs: Outputs


class PlainJob:
    """A program and the inputs of a plan, written below ``folder`` for plain processes to read."""

    def __init__(self, runtime: Runtime, folder: Path, source: str, entry: str, plan: Plan) -> None:
        home = Path(tempfile.mkdtemp(dir=folder))
        driver, program, cases = home / "driver.py", home / "solution.py", home / "cases.json"
        driver.write_text(DRIVER)
        program.write_text(source)
        cases.write_text(json.dumps([_encoded(case.inputs) for case in plan.cases]))
        self._home = home
        python = str(runtime.root / runtime.executable)
        self._command = [python, str(driver), str(program), entry, str(cases)]
        self._environment = {
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "PATH": os.defpath,
            "LD_LIBRARY_PATH": str(runtime.root / "python" / "lib"),
            "PYTHONPATH": str(runtime.root / "site-packages"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "JAX_PLATFORMS": "cpu",
            "JAX_ENABLE_COMPILATION_CACHE": "false",
        }

    def run(self) -> PlainRun:
        """The baseline: a process from its start to its end, for one pass."""
        with self._errors() as errors:
            started = time.perf_counter()
            process = self._start(errors)
            timer = threading.Timer(TIMEOUT_S, process.kill)
            timer.start()
            try:
                outputs = _one_pass(process, errors)
                _streams(process)[0].close()
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
            finally:
                timer.cancel()
                _end(process)
            wall_ms = (time.perf_counter() - started) * 1000
        return PlainRun(wall_ms, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, outputs)

    def measure(self, passes: int) -> PlainPair:
        """Both in one process: the baseline is its start, its first pass and its end, the floor
        each of the ``passes`` more in between; fewer, but one, of a program that takes long."""
        started = time.perf_counter()
        errors = self._errors()
        with LongLived(self._start(errors), errors) as process:
            first_ms = (time.perf_counter() - started) * 1000
            floor = [process.time_pass()]
            while len(floor) < passes and sum(floor) < _LONG_MS:
                floor.append(process.time_pass())
            ended = time.perf_counter()
            process.finish()
            end_ms = (time.perf_counter() - ended) * 1000
        return PlainPair(first_ms + end_ms, tuple(floor))

    def start(self) -> LongLived:
        """The floor: a process that stays. Its first pass warms it."""
        errors = self._errors()
        return LongLived(self._start(errors), errors)

    def _start(self, errors: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=self._environment,
            cwd=self._home,
        )

    def _errors(self) -> IO[bytes]:
        return tempfile.TemporaryFile(dir=self._home)


class LongLived:
    """A plain process that serves passes. Use as a context manager."""

    def __init__(self, process: subprocess.Popen[bytes], errors: IO[bytes]) -> None:
        self._process = process
        self._errors = errors
        self.warming = self._pass().outputs

    def time_pass(self) -> float:
        """Milliseconds of one more pass over the same cases. BenchFailed where it gives something
        else than the first."""
        run = self._pass()
        require_same(run.outputs, self.warming)
        return run.wall_ms

    def finish(self) -> None:
        """Asks for no more and waits until the process has ended by itself."""
        _streams(self._process)[0].close()
        timer = threading.Timer(TIMEOUT_S, self._process.kill)
        timer.start()
        self._process.wait()
        timer.cancel()

    def __enter__(self) -> LongLived:
        return self

    def __exit__(self, *details: object) -> None:
        _end(self._process)
        self._errors.close()

    def _pass(self) -> PlainRun:
        timer = threading.Timer(TIMEOUT_S, self._process.kill)
        timer.start()
        started = time.perf_counter()
        try:
            outputs = _one_pass(self._process, self._errors)
        finally:
            timer.cancel()
        return PlainRun((time.perf_counter() - started) * 1000, 0.0, 0.0, outputs)


def require_same(first: Outputs, second: Outputs) -> None:
    """Raises BenchFailed unless two runs did the same work."""
    if len(first) != len(second) or not all(map(_same, first, second)):
        raise BenchFailed("Two plain runs of the same program gave different outputs.")


def _same(first: Sequence[dict[str, Any]], second: Sequence[dict[str, Any]]) -> bool:
    return len(first) == len(second) and all(
        one["dtype"] == other["dtype"]
        and one["shape"] == other["shape"]
        and np.allclose(_decoded(one), _decoded(other), rtol=1e-4, atol=1e-4, equal_nan=True)
        for one, other in zip(first, second, strict=True)
    )


def _one_pass(process: subprocess.Popen[bytes], errors: IO[bytes]) -> Outputs:
    asked, answered = _streams(process)
    try:
        asked.write(b"\n")
        asked.flush()
        line = answered.readline()
        outputs: Outputs = json.loads(line)
    except (OSError, ValueError) as error:
        _end(process)
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip()[-2000:]
        raise BenchFailed(f"A plain run of the program failed: {said or error}") from error
    return outputs


def _streams(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise TypeError("the process has no pipes")
    return process.stdin, process.stdout


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in _streams(process):
        stream.close()


def _encoded(inputs: dict[str, Value]) -> dict[str, Any]:
    return {
        name: {"dtype": v.dtype.name, "shape": list(v.shape), "hex": v.tobytes().hex()}
        if isinstance(v, np.ndarray)
        else v
        for name, v in inputs.items()
    }


def _decoded(value: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(bytes.fromhex(value["hex"]), np.dtype(value["dtype"]))
