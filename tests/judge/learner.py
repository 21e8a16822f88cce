"""A learner's own interpreter, outside of any sandbox: it has JAX imported when a script comes."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from judge.sandbox.runtime import Runtime, default_root

# Forks before JAX has a backend: each script initialises its own, and is all alone in its process.
_FORKS = """
import json, os, runpy, sys
import flax.linen, jax, jax.numpy

for line in sys.stdin:
    given = json.loads(line)
    if not (child := os.fork()):
        for number, name in enumerate(("stdout", "stderr"), start=1):
            os.dup2(os.open(given[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        sys.argv = given["command"]
        runpy.run_path(sys.argv[0], run_name="__main__")
        sys.exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@dataclass(frozen=True)
class Ran:
    """What became of a script: its exit code, and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


class Interpreter:
    """Runs scripts one after another, each in a fork."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self._folder = folder

    def run(self, script: str, *arguments: str | Path) -> Ran:
        """The script as ``python script.py arguments…`` runs it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        file, *streams = (self._folder / name for name in ("case.py", "stdout", "stderr"))
        file.write_text(script, encoding="utf-8")
        command = [str(word) for word in (file, *arguments)]
        names = {path.name: str(path) for path in streams}
        self._process.stdin.write(json.dumps({"command": command, **names}) + "\n")
        self._process.stdin.flush()
        returncode = int(self._process.stdout.readline())
        return Ran(returncode, *(path.read_text(encoding="utf-8") for path in streams))


@contextmanager
def interpreter(folder: Path) -> Iterator[Interpreter]:
    """The runtime's, with a compilation cache of its own in ``folder``, as anybody may have one."""
    runtime = Runtime.load(default_root())
    environment = {
        "PYTHONPATH": str(runtime.root / "site-packages"),
        "PATH": os.environ["PATH"],
        # A second thread would make forks unsafe.
        "OPENBLAS_NUM_THREADS": "1",
        "JAX_COMPILATION_CACHE_DIR": str(folder / "cache"),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    }
    with subprocess.Popen(
        [runtime.root / runtime.executable, "-c", _FORKS],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Interpreter(process, folder)
