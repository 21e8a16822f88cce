"""What every part of the suite may use: the first problem, and a judge with a real sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from judge.judge import Judge
from judge.package import Package, load

PROBLEMS = Path(__file__).resolve().parents[1] / "problems"


@pytest.fixture(scope="session")
def package() -> Package:
    """The first problem."""
    return load(PROBLEMS / "zero-last-layer")


@pytest.fixture(scope="session")
def judge(package: Package) -> Iterator[Judge]:
    """A judge whose compilation cache holds the first problem's shapes."""
    with Judge() as judge:
        judge.warm(package)
        yield judge
