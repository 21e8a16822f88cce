"""The seccomp profile for containers: the sandbox works under it, and needs what it allows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from judge.sandbox.system_calls import BY_BACKEND

PROFILE = Path(__file__).resolve().parents[2] / "deploy" / "seccomp.json"
RULES: list[dict[str, Any]] = json.loads(PROFILE.read_text())["syscalls"]

FOR_THE_SANDBOX = ("mount", "pivot_root", "seccomp", "sethostname", "umount2", "unshare")
UNREACHABLE = """
    add_key bpf delete_module finit_module init_module io_uring_setup kcmp kexec_load keyctl
    open_by_handle_at perf_event_open pidfd_getfd process_vm_readv process_vm_writev ptrace reboot
    request_key setns swapon syslog userfaultfd
"""

# Confines itself and becomes a fresh program, as in a container: libseccomp remembers what it found
# before. Arguments: the profile, a call to refuse although it is granted, that program.
CONFINED = """
import json, os, sys
import pyseccomp

profile = json.load(open(sys.argv[1]))
rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(profile["defaultErrnoRet"]))
for rule in profile["syscalls"]:
    tests = [pyseccomp.Arg(a["index"], pyseccomp.EQ, a["value"]) for a in rule.get("args", [])]
    for name in rule["names"]:
        if name != sys.argv[2] and pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) >= 0:
            rules.add_rule(pyseccomp.ALLOW, name, *tests)
rules.load()
os.execv(sys.executable, [sys.executable, "-c", sys.argv[3]])
"""
JUDGE_ONE = """
from judge.sandbox.cgroup import Polling
from judge.sandbox.identity import sandbox_identity
from judge.sandbox.jail import Jail
from judge.sandbox.policy import Limits
from judge.sandbox.runtime import Runtime, default_root

jail = Jail(Runtime.load(default_root()), Polling(), sandbox_identity())
with jail.spawn(Limits()) as process:
    process.load("p", "def solve(x): return x + x", "solve", ["x"])
    print(process.call("p", {"x": 1.5}).output)
jail.close()
"""


def judge_one(refused: str) -> subprocess.CompletedProcess[str]:
    """A jail and one call in a process that the profile confines, and with it its children."""
    return subprocess.run(
        [sys.executable, "-c", CONFINED, str(PROFILE), refused, JUDGE_ONE],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.sandbox
def test_the_sandbox_works_under_it() -> None:
    done = judge_one(refused="none")
    assert "3." in done.stdout, done.stderr


@pytest.mark.sandbox
@pytest.mark.parametrize("call", FOR_THE_SANDBOX)
def test_it_grants_nothing_beyond_the_usual_without_need(call: str) -> None:
    done = judge_one(refused=call)
    assert "3." not in done.stdout
    assert done.returncode != 0


def test_it_grants_all_that_a_submission_may_call() -> None:
    """Filters add up, so what the sandbox allows must be allowed out here as well."""
    granted = {name for rule in RULES for name in rule["names"]}
    for backend, policy in BY_BACKEND.items():
        wanted = policy.allowed | {rule.name for rule in policy.conditional}
        assert wanted <= granted, f"{backend}: {sorted(wanted - granted)}"


def test_what_reaches_the_machine_or_other_programs_is_not_granted() -> None:
    granted = {name for rule in RULES for name in rule["names"]}
    assert not granted & set(UNREACHABLE.split())
    families = {rule["args"][0]["value"] for rule in RULES if rule["names"] == ["socket"]}
    assert families == {1, 2, 10, 16}, "Unix, IPv4, IPv6 and Netlink alone"


def test_every_name_is_there_once_and_none_is_misspelt() -> None:
    import pyseccomp

    names = [name for rule in RULES if rule["names"] != ["socket"] for name in rule["names"]]
    assert len(names) == len(set(names))
    unknown = {n for n in names if pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, n) < 0}
    # Newer than the libseccomp of the oldest system that is supported.
    assert unknown <= {"fchmodat2", "futex_requeue", "futex_wait", "futex_wake"}
