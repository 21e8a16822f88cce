"""Without a sandbox nothing is used that only Linux has. What macOS lacks is taken away here; the
runs are on Linux all the same."""

from __future__ import annotations

import json
import subprocess
import sys

LACKING = '''
import json
import os
import signal
import socket
import sys

# What others wrote knows each system by itself, and is left to.
import ml_dtypes, numpy, psutil, yaml
from pydantic import BaseModel

def refuse(event, arguments):
    if event == "open" and str(arguments[0]).startswith(("/proc", "/sys/")):
        frame = sys._getframe()
        while frame is not None:
            if frame.f_globals["__name__"].startswith("psutil"):
                return
            frame = frame.f_back
        raise FileNotFoundError(arguments[0])
    if event in ("os.fork", "ctypes.dlsym") or (event == "import" and "seccomp" in arguments[0]):
        raise OSError(f"{event} {arguments}")

sys.platform = "darwin"
for module, name in (
    (os, "pidfd_open"), (signal, "pidfd_send_signal"), (socket, "SO_PASSCRED"),
    (socket, "SCM_CREDENTIALS"), (socket, "SOCK_SEQPACKET"), (os, "O_PATH"),
):
    delattr(module, name)

import judge.judge
from judge.sandbox.doctor import examine
from judge.sandbox.identity import sandbox_identity
from judge.sandbox.policy import Limits
from judge.sandbox.runtime import Runtime, default_root
from judge.sandbox.unsafe import Unsafe

sys.addaudithook(refuse)
SOURCE = """
import resource, sys
def solve(x):
    print(sorted(name for name in sys.modules if name in ("runner.zygote", "runner.isolate")))
    print(resource.getrlimit(resource.RLIMIT_CORE)[0], repr(sys.stdin.read()))
    while x > 1: pass
    return x
"""
backend = Unsafe(Runtime.load(default_root()), sandbox_identity())
with backend.spawn(Limits(cpu_s=0.2)) as process:
    process.load("p", SOURCE, "solve", ["x"])
    answer, endless = process.call("p", {"x": 1.0}), process.call("p", {"x": 2.0})
backend.close()
checks = {check.name: [check.state, check.detail] for check in examine(default_root())}
print(json.dumps([
    answer.stdout, answer.output is not None, endless.ended.detail, process.running, checks
]))
'''


def test_nothing_of_linux_is_used() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LACKING], capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    stdout, answered, ended, running, checks = json.loads(done.stdout)
    assert stdout == "[]\n0 ''\n"
    assert answered
    assert "CPU" in ended
    assert not running
    assert checks["runtime"][0] == "ok"
    assert checks["sandbox"][0] == "missing"
    assert "this is darwin" in checks["sandbox"][1]
    assert checks["no sandbox, tried"] == ["ok", "programs run, on cpu:cpu"]
    assert "control groups" not in checks
