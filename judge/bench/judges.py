"""Judges for measuring: one that forgets the reference's answers, and one whose cache is empty."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from judge.judge import Judge, JudgeSettings
from judge.memory import AnswerMemory
from judge.sandbox.runtime import Runtime


class BenchJudge(Judge):
    """Asks the reference in every attempt, as if each plan were seen for the first time; unless
    ``remembers``."""

    remembers = False

    def _remembered(self) -> AnswerMemory:
        return super()._remembered() if self.remembers else AnswerMemory()


@contextlib.contextmanager
def cold_settings(settings: JudgeSettings) -> Iterator[JudgeSettings]:
    """The same runtime in a folder of its own, where the compilation cache is empty and stays so,
    since judging never writes to it."""
    original = Runtime.load(settings.runtime_dir).root
    folder = Path(tempfile.mkdtemp(prefix="jurax-bench-"))
    try:
        # The sandbox's user has to reach it.
        folder.chmod(0o755)
        shutil.copy(original / "manifest.json", folder)
        for part in ("python", "site-packages"):
            (folder / part).symlink_to(original / part)
        yield replace(settings, runtime_dir=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
