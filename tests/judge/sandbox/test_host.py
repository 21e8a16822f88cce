"""Whether user namespaces may be made, decided on recorded files of other machines."""

from __future__ import annotations

from pathlib import Path

import pytest

from judge.errors import SandboxUnavailable
from judge.sandbox.host import require_user_namespaces

BWRAP = "/usr/bin/bwrap"
RESTRICTED = "proc/sys/kernel/apparmor_restrict_unprivileged_userns"
UNCONFINED = """\
abi <abi/4.0>,
include <tunables/global>
profile mine /usr/bin/bwrap flags=(unconfined) {
  userns,
}
"""
CONFINING = """\
# As Ubuntu ships it: bwrap itself may, what it starts may not.
profile bwrap /usr/bin/bwrap flags=(attach_disconnected,mediate_deleted) {
  allow userns,
  allow cx /** -> unpriv_bwrap,
}
"""


def machine(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_a_plain_kernel_allows_them(tmp_path: Path) -> None:
    root = machine(tmp_path, {"proc/sys/user/max_user_namespaces": "63000\n"})
    assert "kernel allows" in require_user_namespaces(BWRAP, root)


@pytest.mark.parametrize(
    ("switch", "fix"),
    [
        ("proc/sys/user/max_user_namespaces", "sysctl -w user.max_user_namespaces"),
        ("proc/sys/kernel/unprivileged_userns_clone", "unprivileged_userns_clone=1"),
    ],
)
def test_a_switch_is_named_with_its_command(switch: str, fix: str, tmp_path: Path) -> None:
    with pytest.raises(SandboxUnavailable, match=fix):
        require_user_namespaces(BWRAP, machine(tmp_path, {switch: "0\n"}))


@pytest.mark.parametrize("profile", ["", CONFINING, UNCONFINED.replace(BWRAP, "/opt/bwrap")])
def test_apparmor_needs_a_profile_of_bubblewraps_own(profile: str, tmp_path: Path) -> None:
    root = machine(tmp_path, {RESTRICTED: "1\n", "etc/apparmor.d/bwrap": profile})
    with pytest.raises(SandboxUnavailable) as refused:
        require_user_namespaces(BWRAP, root)
    said = str(refused.value)
    assert "apparmor_parser -r /etc/apparmor.d/jurax-bwrap" in said
    written = said.split("printf '")[1].split("'")[0].encode().decode("unicode_escape")
    machine(tmp_path, {"etc/apparmor.d/jurax-bwrap": written})
    assert "/etc/apparmor.d/jurax-bwrap" in require_user_namespaces(BWRAP, root)


def test_a_profile_of_any_name_counts(tmp_path: Path) -> None:
    root = machine(tmp_path, {RESTRICTED: "1\n", "etc/apparmor.d/mine": UNCONFINED})
    assert "/etc/apparmor.d/mine" in require_user_namespaces(BWRAP, root)
