"""What every sandbox back end must do. A back end's own test module derives a class from each of
these and gives it the fixture ``backend``."""

from __future__ import annotations

import os
import socket
import tempfile
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from judge.answer import Answer, Ending
from judge.sandbox.backend import Backend
from judge.sandbox.policy import Limits

SHORT = Limits(wall_s=1.0, cpu_s=30.0, output_kb=4, answer_mb=1)


def ask(backend: Backend, source: str, limits: Limits | None = None) -> Answer:
    """The answer of a fresh process to ``solve(x)`` at x = 1."""
    with backend.spawn(limits or Limits()) as process:
        loaded = process.load("p", textwrap.dedent(source), "solve", ["x"])
        assert (loaded.failure, loaded.ended) == (None, None)
        return process.call("p", {"x": np.ones(2, np.float32)})


def told(answer: Answer) -> str:
    """What the program printed, or raised."""
    return answer.stdout + (answer.raised.message if answer.raised else "")


class Behaviour:
    """Requests, answers and limits."""

    def test_it_says_with_what_programs_run(self, backend: Backend) -> None:
        assert {"python", "jax", "flax", "numpy"} <= set(backend.versions)
        assert backend.alive

    def test_one_process_holds_programs_and_answers(self, backend: Backend) -> None:
        with backend.spawn(Limits()) as process:
            assert process.device.startswith("cpu")
            process.load("twice", "def solve(x): return x + x", "solve", ["x"])
            process.load("minus", "def solve(x):\n    print('here')\n    return -x", "solve", ["x"])
            for program, expected in (("twice", 2), ("minus", -1), ("twice", 2)):
                answer = process.call(program, {"x": np.ones(2, np.float32)})
                assert answer.output is not None
                assert answer.output.leaves[0].value.tolist() == [expected, expected]
                assert answer.stdout == ("here\n" if program == "minus" else "")
            assert process.alive
            assert process.running
        assert not process.alive
        assert not process.running
        process.close()

    def test_it_gives_way_beyond_its_session(self, backend: Backend) -> None:
        with backend.spawn(Limits(nice=7)) as process:
            folder = Path(f"/proc/{process.pid}")
            assert (folder / "stat").read_text().rpartition(")")[2].split()[16] == "7"
            group = folder / "autogroup"
            if os.geteuid() == 0 and group.exists():
                # Others are not let set it whenever they ask.
                assert group.read_text().endswith(" nice 7\n")

    def test_what_does_not_load_is_told(self, backend: Backend) -> None:
        with backend.spawn(Limits()) as process:
            for source, kind in (("def solve(", "syntax"), ("", "entry"), ("1 / 0", "raised")):
                failure = process.load("p", source, "solve", ["x"]).failure
                assert failure is not None
                assert failure.kind == kind
            assert process.alive

    def test_an_exception_is_told_and_is_not_the_end(self, backend: Backend) -> None:
        with backend.spawn(Limits()) as process:
            process.load("p", "def solve(x): raise ValueError('no')", "solve", ["x"])
            raised = process.call("p", {"x": 1.0}).raised
            assert raised is not None
            assert (raised.type_name, raised.message) == ("ValueError", "no")
            assert process.alive

    @pytest.mark.parametrize(
        ("body", "ending"),
        [
            ("while True: pass", Ending.TIME),
            ("import time; time.sleep(1000)", Ending.TIME),
            ("while True: print('x' * 1000)", Ending.OUTPUT),
            ("import os; os._exit(3)", Ending.EXITED),
            ("import ctypes; ctypes.string_at(0)", Ending.CRASHED),
            ("import numpy; return numpy.zeros(1 << 24, 'u1')", Ending.PROTOCOL),
            ("import os; os.closerange(3, 256)", Ending.PROTOCOL),
        ],
    )
    def test_an_end_is_named(self, body: str, ending: Ending, backend: Backend) -> None:
        started = time.monotonic()
        answer = ask(backend, f"def solve(x):\n    {body}", SHORT)
        assert answer.ended is not None
        assert answer.output is None
        assert answer.ended.ending is ending or (
            # With every descriptor closed, Python may leave before the channel is seen to be.
            ending is Ending.PROTOCOL and answer.ended.ending is Ending.EXITED
        )
        assert time.monotonic() - started < SHORT.wall_s + 30

    def test_cpu_time_is_limited_apart_from_the_clock(self, backend: Backend) -> None:
        answer = ask(backend, "def solve(x):\n    while True: pass", Limits(wall_s=60.0, cpu_s=0.3))
        assert answer.ended is not None
        assert answer.ended.ending is Ending.TIME
        assert "CPU" in answer.ended.detail

    def test_memory_is_limited(self, backend: Backend) -> None:
        source = "def solve(x):\n    k = []\n    while True: k.append(bytearray(b'x' * (1 << 23)))"
        answer = ask(backend, source, Limits(memory_mb=300, wall_s=30.0))
        assert answer.ended is not None
        assert answer.ended.ending is Ending.MEMORY

    def test_nothing_is_kept_for_the_next(self, backend: Backend) -> None:
        ask(backend, "import jax\njax.kept = 1\ndef solve(x): return x")
        answer = ask(backend, "import jax\ndef solve(x): print(hasattr(jax, 'kept'))")
        assert answer.stdout == "False\n"

    def test_types_of_64_bits_are_there_on_request(self, backend: Backend) -> None:
        with backend.spawn(Limits(), x64=True) as process:
            process.load("p", "def solve(x): return x / 3", "solve", ["x"])
            output = process.call("p", {"x": np.ones(2)}).output
        assert output is not None
        assert output.leaves[0].value.dtype == np.float64

    def test_a_killed_process_is_seen_to_be_gone(self, backend: Backend) -> None:
        process = backend.spawn(Limits())
        process.close()
        assert not process.running
        assert ask(backend, "def solve(x): return x").output is not None


class Isolation:
    """What a program must not reach."""

    def test_no_network(self, backend: Backend) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(0.01)
            port = listener.getsockname()[1]
            source = f"""
                import socket
                def solve(x):
                    socket.create_connection(("127.0.0.1", {port}), timeout=1).sendall(b"out")
                """
            assert ask(backend, source).raised is not None
            with pytest.raises(TimeoutError):
                listener.accept()

    def test_no_file_of_the_host(self, backend: Backend) -> None:
        with tempfile.NamedTemporaryFile("w", dir="/var/tmp") as file:
            file.write("of the host")
            file.flush()
            Path(file.name).chmod(0o644)
            for path in (file.name, "/etc/passwd", "/proc/1/environ"):
                assert ask(backend, f"def solve(x): print(open({path!r}).read())").raised

    def test_no_environment(self, backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("JURAX_SECRET", "swordfish")
        said = told(ask(backend, "import os\ndef solve(x): print(dict(os.environ))"))
        assert "swordfish" not in said
        assert "HOME" in said

    def test_no_other_process(self, backend: Backend) -> None:
        source = """
            import os
            def solve(x):
                print(os.getppid(), [n for n in os.listdir("/proc") if n.isdigit()])
            """
        assert told(ask(backend, source)) == "0 []\n"

    @pytest.mark.parametrize("start", ["os.fork()", "os.posix_spawn('/bin/sh', ['sh'], {})"])
    def test_no_new_process(self, start: str, backend: Backend) -> None:
        assert ask(backend, f"import os\ndef solve(x): print({start})").raised is not None

    def test_no_file_for_the_next(self, backend: Backend) -> None:
        write = "def solve(x):\n    open('/tmp/left', 'w').write('left')\n    print('written')"
        assert told(ask(backend, write)) == "written\n"
        assert ask(backend, "def solve(x): print(open('/tmp/left').read())").raised is not None
        assert not Path("/tmp/left").exists()

    def test_no_change_of_what_all_share(self, backend: Backend) -> None:
        source = """
            import jax
            def solve(x):
                open(jax.__file__, "a").write("\\n")
            """
        assert ask(backend, source).raised is not None

    def test_not_as_the_hosts_root(self, backend: Backend) -> None:
        assert told(ask(backend, "import os\ndef solve(x): print(os.getuid())")) != "0\n"
