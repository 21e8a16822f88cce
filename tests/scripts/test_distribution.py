"""How the suite is spread over processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

TESTS = """
import os
import pytest

@pytest.mark.xdist_group("together")
@pytest.mark.parametrize("number", range(6))
def test_it(number, record_property):
    record_property("ran in", os.getpid())
"""


def test_a_group_stays_in_one_process(tmp_path: Path) -> None:
    """What a group shares is made once: a version of pytest that xdist did not know spread them."""
    file = tmp_path / "test_group.py"
    file.write_text(TESTS)
    report = tmp_path / "report.xml"
    command = ["-m", "pytest", "-n", "2", "--dist", "loadgroup", "-c", "/dev/null"]
    subprocess.run(
        [sys.executable, *command, f"--junitxml={report}", str(file)],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=60,
    )
    ran_in = [each.get("value") for each in ElementTree.parse(report).iter("property")]
    assert len(ran_in) == 6
    assert len(set(ran_in)) == 1
