"""Programs that look for what is not theirs: the host, the network, others, the answers."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from judge.judge import Judge
from judge.package import Package
from judge.sandbox.identity import sandbox_identity
from judge.verdict import Verdict
from tests.attacks.conftest import Attack

pytestmark = pytest.mark.sandbox


def test_no_socket_reaches_a_listener(attack: Attack) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.01)
        port = listener.getsockname()[1]
        attacked = attack(
            f"""
            import socket
            def solve(x):
                socket.create_connection(("127.0.0.1", {port}), timeout=1).sendall(b"out")
                return x + x
            """
        )
        with pytest.raises(TimeoutError):
            listener.accept()
    assert attacked.verdict is Verdict.RTE
    assert "PermissionError" in attacked.said


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/root", "/home", "/proc/1/environ", "/proc/self/mem", "/sys/kernel"]
)
def test_no_file_of_the_host(path: str, attack: Attack) -> None:
    attacked = attack(
        f"""
        import os
        def solve(x):
            if not os.path.exists({path!r}):
                raise RuntimeError("not there")
            return x + x
        """
    )
    assert attacked.verdict is Verdict.RTE
    assert "not there" in attacked.said


def test_no_reference_anywhere(attack: Attack, target: Package) -> None:
    """Every readable file, every object: the reference's source must not be among them."""
    attacked = attack(
        """
        import gc, os
        def solve(x):
            needle = "return x " + "+ x"
            for folder, _, names in os.walk("/"):
                if folder.startswith("/runtime/python") or folder.startswith("/runtime/site"):
                    continue
                for name in names:
                    path = os.path.join(folder, name)
                    if os.path.isfile(path):
                        with open(path, errors="ignore") as file:
                            assert needle not in file.read(), path
            for held in gc.get_objects():
                if isinstance(held, dict):
                    for value in list(held.values()):
                        found = isinstance(value, str) and needle in value
                        assert not found or "needle" in value, held.keys()
            raise RuntimeError("nothing found")
        """
    )
    assert "nothing found" in attacked.said
    assert "return x + x" in target.reference


def test_no_environment(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JURAX_SECRET", "swordfish")
    said = attack(
        """
        import os
        def solve(x):
            raise RuntimeError(" ".join(f"{k}={v}" for k, v in os.environ.items()))
        """
    ).said
    assert "swordfish" not in said
    assert "HOME=/tmp" in said


def test_no_other_process(attack: Attack) -> None:
    said = attack(
        """
        import os
        def solve(x):
            raise RuntimeError(f"pid {os.getpid()}, proc {os.listdir('/proc')}")
        """
    ).said
    assert "pid 1, proc ['cpuinfo']" in said


@pytest.mark.parametrize("folder", ["/", "/runtime", "/runtime/site-packages", "/runtime/cache"])
def test_nothing_can_be_written_that_another_run_reads(folder: str, attack: Attack) -> None:
    said = attack(
        f"""
        def solve(x):
            with open("{folder}/left.py", "w") as file:
                file.write("left")
        """
    ).said
    assert "Read-only file system" in said or "Permission denied" in said


def test_files_in_tmp_are_gone_for_the_next(attack: Attack) -> None:
    write = "def solve(x):\n    open('/tmp/left', 'w').write('left')\n    return x + x"
    read = "def solve(x):\n    open('/tmp/left')\n    return x + x"
    assert attack(write).verdict is Verdict.AC
    assert attack(read).verdict is Verdict.RTE


@pytest.mark.parametrize(
    "call",
    ["unshare(0x10000000)", "mount(0, 0, 0, 0, 0)", "ptrace(0, 0, 0, 0)", "setns(0, 0)"],
)
def test_no_way_to_more(call: str, attack: Attack) -> None:
    said = attack(
        f"""
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        def solve(x):
            result = libc.{call}
            raise RuntimeError(f"{{result}} {{os.strerror(ctypes.get_errno())}}")
        """
    ).said
    assert "-1 Operation not permitted" in said


def test_no_process_has_the_hosts_uid_0(judge: Judge, target: Package) -> None:
    """Seen from the host while a program runs: every process below the launcher."""
    found: set[int] = set()
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            for status in Path("/proc").glob("[0-9]*/status"):
                try:
                    text = status.read_text()
                    maps = status.with_name("cmdline").read_bytes()
                except OSError:
                    continue
                if b"runner.zygote" in maps:
                    line = next(s for s in text.splitlines() if s.startswith("Uid:"))
                    found.update(int(uid) for uid in line.split()[1:])

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        with judge.execution(target, "def solve(x): return x", "cpu") as execution:
            execution.load()
            while not found:
                pass
    finally:
        stop.set()
        watcher.join()
    assert found == {sandbox_identity().uid}
    assert 0 not in found or sandbox_identity().uid == 0
