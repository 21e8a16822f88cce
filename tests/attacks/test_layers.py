"""For each layer an attack that gets through where it is off, and is stopped where it is on.

Where others would stop the attack as well, those are off both times, and the attack says which:
they are all that stands between it and its aim. Every attack prints ``through`` when it has it.
"""

from __future__ import annotations

import os
import shutil
import socket
import stat
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from judge.sandbox.cgroup import available_groups
from judge.sandbox.identity import sandbox_identity
from judge.sandbox.jail import Jail
from judge.sandbox.landlock import kernel_abi
from judge.sandbox.layers import ALL, Layer, Layers
from judge.sandbox.policy import Limits
from judge.sandbox.runtime import Runtime, default_root

pytestmark = pytest.mark.sandbox

OF_THE_JAIL = frozenset({Layer.HOST_USER, Layer.JAIL})
"""These are the zygote's; every other layer is a process's own."""
ANOTHER_USER = 64198
ROOT = "needs root, who alone can give files and processes to other users"
LANDLOCK = "needs a kernel with Landlock"


@dataclass(frozen=True)
class Attack:
    """``source`` gets through when ``layer`` is off, with those in ``beside`` off both times.
    ``first`` runs before in a process of its own: what it leaves is what the attack looks for."""

    layer: Layer
    what: str
    source: str
    beside: Layers = frozenset()
    first: str | None = None
    limits: Limits = field(default_factory=Limits)
    needs: frozenset[str] = frozenset()


CONNECT = """
    import socket
    def solve(x):
        # Nothing that is imported only now: with no jail, /tmp may hide the runtime.
        with socket.socket() as out:
            out.settimeout(1)
            out.connect(("127.0.0.1", {port}))
            out.sendall(b"out")
        print("through")
    """
NETWORK_LAYERS = frozenset({Layer.JAIL, Layer.NETWORK_NAMESPACE, Layer.LANDLOCK, Layer.SECCOMP})
MANY_THREADS = """
    import threading
    def solve(x):
        end = threading.Event()
        for _ in range(120):
            threading.Thread(target=end.wait, daemon=True).start()
        print("through")
        end.set()
    """

ATTACKS = (
    Attack(
        Layer.HOST_USER,
        "starts threads at will: RLIMIT_NPROC does not hold for the host's root. The control group "
        "counts too, and a user namespace of its own cannot be made for root in the jail",
        MANY_THREADS,
        beside=frozenset({Layer.PROCESSES, Layer.USER_NAMESPACE, Layer.PRIVATE_FILES}),
        limits=Limits(processes=80),
        needs=frozenset({ROOT}),
    ),
    Attack(
        Layer.JAIL,
        "reads a file of the host, which Landlock would not open either",
        """
        def solve(x):
            print(open({file!r}).read())
        """,
        beside=frozenset({Layer.LANDLOCK}),
    ),
    *(
        Attack(
            layer,
            "reaches a listener on the host; each of four layers is enough",
            CONNECT,
            beside=NETWORK_LAYERS - {layer},
            needs=frozenset({LANDLOCK} if layer is Layer.LANDLOCK else ()),
        )
        for layer in sorted(NETWORK_LAYERS)
    ),
    Attack(
        Layer.MEMORY,
        "takes more memory than its limit",
        """
        def solve(x):
            kept = b"x" * (400 << 20)
            print("through")
        """,
        limits=Limits(memory_mb=256),
    ),
    Attack(
        Layer.PROCESSES,
        "starts more threads than its limit; RLIMIT_NPROC counts them too",
        MANY_THREADS,
        beside=frozenset({Layer.RLIMITS}),
        limits=Limits(processes=80),
    ),
    Attack(
        Layer.CPU_TIME,
        "computes for longer than its limit",
        """
        import time
        def solve(x):
            while time.process_time() < {cpu_s}: pass
            print("through")
        """,
        limits=Limits(cpu_s=0.3, wall_s=60),
    ),
    Attack(
        Layer.USER_NAMESPACE,
        "finds a key that another run left in the user's keyring, whose calls seccomp refuses; "
        "private files need the namespace and go with it",
        """
        import ctypes
        def solve(x):
            libc = ctypes.CDLL(None)
            assert libc.syscall(250, 10, -4, b"user", b"jurax", 0) > 0, "no such key"
            print("through")
        """,
        beside=frozenset({Layer.SECCOMP, Layer.PRIVATE_FILES}),
        first="""
        import ctypes
        def solve(x):
            assert ctypes.CDLL(None).syscall(248, b"user", b"jurax", b"left", 4, -4) > 0
        """,
    ),
    Attack(
        Layer.PID_NAMESPACE,
        "sees another process",
        """
        import os
        def solve(x):
            assert os.getppid() != 0 and os.getpgid(os.getppid()) >= 0
            print("through")
        """,
    ),
    Attack(
        Layer.IPC_NAMESPACE,
        "finds shared memory that another run left, whose calls seccomp refuses",
        """
        import ctypes
        def solve(x):
            assert ctypes.CDLL(None).shmget(0x4A55, 0, 0) >= 0, "no such segment"
            print("through")
        """,
        beside=frozenset({Layer.SECCOMP}),
        first="""
        import ctypes
        def solve(x):
            assert ctypes.CDLL(None).shmget(0x4A55, 4096, 0o1600) >= 0
        """,
    ),
    Attack(
        Layer.PRIVATE_FILES,
        "finds a file that another run left in /tmp",
        """
        def solve(x):
            print(open("/tmp/left").read())
        """,
        first="""
        def solve(x):
            with open("/tmp/left", "w") as file:
                file.write("through")
        """,
    ),
    Attack(
        Layer.RLIMITS,
        "opens more files than its limit",
        """
        def solve(x):
            kept = [open("/dev/null") for _ in range(300)]
            print("through")
        """,
    ),
    Attack(
        Layer.CAPABILITIES,
        "uses a privilege of its own namespace by a call that seccomp refuses",
        """
        import ctypes
        def solve(x):
            assert ctypes.CDLL(None).sethostname(b"owned", 5) == 0
            print("through")
        """,
        beside=frozenset({Layer.SECCOMP}),
    ),
    Attack(
        Layer.NO_NEW_PRIVILEGES,
        "becomes another user through a set-user-ID program, which the jail does not show, "
        "Landlock and seccomp do not execute, and a user namespace has no such user for",
        """
        import os
        def solve(x):
            os.execv({program!r}, ["sh", "-p", "-c", "test $(id -u) = {user} && echo through"])
        """,
        beside=frozenset(
            {
                Layer.JAIL,
                Layer.USER_NAMESPACE,
                Layer.PRIVATE_FILES,
                Layer.LANDLOCK,
                Layer.SECCOMP,
            }
        ),
        # In no namespace of its own it is counted with every other process of its user.
        limits=Limits(processes=10_000),
        needs=frozenset({ROOT}),
    ),
    Attack(
        Layer.LANDLOCK,
        "looks around in the jail: what its root holds",
        """
        import os
        def solve(x):
            if "runtime" in os.listdir("/"):
                print("through")
        """,
        needs=frozenset({LANDLOCK}),
    ),
    Attack(
        Layer.SECCOMP,
        "starts a process",
        """
        import os
        def solve(x):
            if os.fork() == 0:
                os._exit(0)
            print("through")
        """,
    ),
)

JailWith = Callable[[Layers], Jail]


@pytest.fixture(scope="module")
def jail_with() -> Iterator[JailWith]:
    """A jail with these layers; made once for those that are its own."""
    groups = available_groups(allow_weak=False)
    runtime = Runtime.load(default_root())
    made: dict[Layers, Jail] = {}

    def give(layers: Layers) -> Jail:
        own = layers & OF_THE_JAIL
        if own not in made:
            made[own] = Jail(runtime, groups, sandbox_identity(), layers=ALL - OF_THE_JAIL | own)
        return made[own]

    yield give
    for jail in made.values():
        jail.close()
    groups.close()


@pytest.fixture(scope="module")
def facts() -> Iterator[dict[str, object]]:
    """What the attacks aim at: a listener, a file, a set-user-ID program, all of them ours."""
    folder = Path(tempfile.mkdtemp(prefix="jurax-", dir="/var/tmp"))
    folder.chmod(0o755)
    file = folder / "file"
    file.write_text("through")
    file.chmod(0o644)
    program = folder / "sh"
    shutil.copyfile("/bin/sh", program)
    if os.geteuid() == 0:
        os.chown(program, ANOTHER_USER, ANOTHER_USER)
    program.chmod(0o755 | stat.S_ISUID)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield {
            "port": listener.getsockname()[1],
            "file": str(file),
            "program": str(program),
            "user": ANOTHER_USER,
            "cpu_s": 1.5,
        }
    shutil.rmtree(folder)


def outcome(attack: Attack, jail: Jail, layers: Layers, facts: dict[str, object]) -> str:
    """What the attack printed, or what became of it."""
    said = ""
    for source in (attack.first, attack.source):
        if source is not None:
            said = run(textwrap.dedent(source).format(**facts), jail, layers, attack.limits)
    return said


def run(source: str, jail: Jail, layers: Layers, limits: Limits) -> str:
    with jail.spawn(limits, layers=layers) as process:
        assert process.load("p", source, "solve", ["x"]).failure is None
        answer = process.call("p", {"x": 1.0})
    return answer.stdout.strip() or f"{answer.raised} {answer.ended}"


def unmet(attack: Attack) -> list[str]:
    met = {ROOT: os.geteuid() == 0, LANDLOCK: kernel_abi() >= 6}
    return [need for need in attack.needs if not met[need]]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: f"{a.layer}: {a.what[:40]}")
def test_a_layer_stops_what_gets_through_without_it(
    attack: Attack, jail_with: JailWith, facts: dict[str, object]
) -> None:
    if needs := unmet(attack):
        pytest.skip("; ".join(needs))
    on = ALL - attack.beside
    assert outcome(attack, jail_with(on), on, facts) != "through"
    off = on - {attack.layer}
    assert outcome(attack, jail_with(off), off, facts) == "through"


def test_every_layer_has_its_attack() -> None:
    assert {attack.layer for attack in ATTACKS} == set(Layer)


@pytest.mark.parametrize("attack", [a for a in ATTACKS if a.beside], ids=lambda a: str(a.layer))
def test_with_all_layers_on_it_is_stopped_too(
    attack: Attack, jail_with: JailWith, facts: dict[str, object]
) -> None:
    assert outcome(attack, jail_with(ALL), ALL, facts) != "through"
