"""Landlock's rules for each version of it, and what they leave to a real process."""

from __future__ import annotations

import textwrap

import pytest

from judge.sandbox.jail import Jail
from judge.sandbox.landlock import KEEP_FILES, PATHS, File, kernel_abi, ruleset
from judge.sandbox.policy import Limits


def test_without_landlock_there_are_no_rules() -> None:
    assert ruleset(0, PATHS) is None


@pytest.mark.parametrize(
    ("abi", "newest", "tcp", "scoped"),
    [
        (1, File.MAKE_SYM, 0, 0),
        (2, File.REFER, 0, 0),
        (3, File.TRUNCATE, 0, 0),
        (4, File.TRUNCATE, 3, 0),
        (5, File.IOCTL_DEV, 3, 0),
        (6, File.IOCTL_DEV, 3, 3),
        (7, File.IOCTL_DEV, 3, 3),
        (99, File.IOCTL_DEV, 3, 3),
    ],
)
def test_a_kernel_is_told_what_it_understands(
    abi: int, newest: File, tcp: int, scoped: int
) -> None:
    made = ruleset(abi, PATHS)
    assert made is not None
    assert made.handled_files == 2 * int(newest) - 1
    assert (made.handled_tcp, made.scoped) == (tcp, scoped)
    # The kernel refuses a rule with a right that the ruleset does not handle.
    assert all(rights and not rights & ~made.handled_files for _, rights in made.paths)


def test_nothing_may_be_executed_and_no_device_made() -> None:
    never = File.EXECUTE | File.MAKE_CHAR | File.MAKE_BLOCK | File.MAKE_SOCK | File.MAKE_FIFO
    assert not any(rights & (never | File.IOCTL_DEV) for rights in PATHS.values())
    assert not KEEP_FILES & never


@pytest.mark.sandbox
@pytest.mark.skipif(kernel_abi() == 0, reason="needs a kernel with Landlock")
def test_what_is_left_to_a_process(jail: Jail) -> None:
    source = """
        import os
        ALLOWED = {
            "the runtime": lambda: os.listdir(os.path.dirname(os.__file__)),
            "a file of its own": lambda: open("/tmp/a", "w").write("a"),
            "moving it": lambda: (os.mkdir("/tmp/d"), os.rename("/tmp/a", "/tmp/d/b")),
            "shared memory": lambda: open("/dev/shm/a", "w").write("a"),
            "/dev/null": lambda: open("/dev/null", "w").write("a"),
            "randomness": lambda: open("/dev/urandom", "rb").read(1),
            "the processor": lambda: open("/proc/cpuinfo").read(),
        }
        REFUSED = {
            "the root": lambda: os.listdir("/"),
            "the runtime's folder": lambda: os.listdir("/runtime"),
            "devices": lambda: os.listdir("/dev"),
            "a terminal": lambda: open("/dev/tty"),
            "writing randomness": lambda: open("/dev/urandom", "wb"),
        }
        def solve(x):
            for name, use in ALLOWED.items():
                use()
            for name, use in REFUSED.items():
                try:
                    use()
                except PermissionError:
                    continue
                raise AssertionError(name)
            return x
        """
    with jail.spawn(Limits()) as process:
        process.load("p", textwrap.dedent(source), "solve", ["x"])
        answer = process.call("p", {"x": 1.0})
    assert answer.output is not None, answer.raised
