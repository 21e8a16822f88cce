"""Whether the host lets an ordinary user make user namespaces, and how to have it do so."""

from __future__ import annotations

from pathlib import Path

from judge.errors import SandboxUnavailable

_PROFILE = "/etc/apparmor.d/jurax-bwrap"
_RULES = (
    r"abi <abi/4.0>,\ninclude <tunables/global>\n"
    r"profile jurax-bwrap {bubblewrap} flags=(unconfined) {{\n  userns,\n}}\n"
)
_SWITCHES = {
    "proc/sys/user/max_user_namespaces": "sysctl -w user.max_user_namespaces=15000",
    "proc/sys/kernel/unprivileged_userns_clone": "sysctl -w kernel.unprivileged_userns_clone=1",
}
_RESTRICTION = "proc/sys/kernel/apparmor_restrict_unprivileged_userns"


def require_user_namespaces(bubblewrap: str, root: Path = Path("/")) -> str:
    """What allows them. Raises SandboxUnavailable with the command that would; ``root`` is where
    /proc and /etc are looked for."""
    for switch, command in _SWITCHES.items():
        if _text(root / switch) == "0":
            raise SandboxUnavailable(
                f"User namespaces are switched off: /{switch} is 0. Switch them on: {command} "
                "(and in /etc/sysctl.d to keep them on)"
            )
    if _text(root / _RESTRICTION) != "1":
        return "the kernel allows user namespaces"
    if profile := _allowing_profile(bubblewrap, root):
        return f"AppArmor allows bubblewrap user namespaces by {profile}"
    rules = _RULES.format(bubblewrap=bubblewrap)
    raise SandboxUnavailable(
        "AppArmor keeps ordinary programs from using user namespaces (as on Ubuntu 24.04: "
        f"/{_RESTRICTION} is 1), and no profile allows them to {bubblewrap}. Allow them to it "
        f"alone: printf '{rules}' | sudo tee {_PROFILE} && sudo apparmor_parser -r {_PROFILE}"
    )


def _allowing_profile(bubblewrap: str, root: Path) -> str | None:
    """The profile that leaves bubblewrap and what it starts unconfined; one that confines it (as
    bwrap-userns-restrict does) would take from the processes in the jail what they isolate
    themselves with."""
    for path in sorted((root / "etc/apparmor.d").glob("*")):
        lines = [] if path.is_dir() else _text(path).splitlines()
        rules = "\n".join(line.partition("#")[0] for line in lines)
        opening = rules.partition("{")[0]
        if bubblewrap in opening.split() and "unconfined" in opening and "userns," in rules:
            return f"/{path.relative_to(root)}"
    return None


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""
