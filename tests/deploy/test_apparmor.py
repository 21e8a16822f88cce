"""The AppArmor profile for Ubuntu is one that doctor takes for the fix."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from judge.errors import SandboxUnavailable
from judge.sandbox.host import require_user_namespaces

PROFILE = Path(__file__).resolve().parents[2] / "deploy" / "apparmor" / "jurax-bwrap"


def test_it_ends_the_restriction(tmp_path: Path) -> None:
    switch = tmp_path / "proc/sys/kernel/apparmor_restrict_unprivileged_userns"
    switch.parent.mkdir(parents=True)
    switch.write_text("1\n")
    profiles = tmp_path / "etc/apparmor.d"
    profiles.mkdir(parents=True)
    with pytest.raises(SandboxUnavailable, match="jurax-bwrap"):
        require_user_namespaces("/usr/bin/bwrap", tmp_path)
    shutil.copy(PROFILE, profiles)
    assert "jurax-bwrap" in require_user_namespaces("/usr/bin/bwrap", tmp_path)
