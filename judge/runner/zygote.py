"""The zygote: imports JAX and Flax once, initialises no backend, and forks a child a request.

A request is one message on the control socket: JSON (what to take away from the child: namespaces,
limits, rules) and four descriptors: the child's channel, status pipe, stdout and stderr.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import traceback
from pathlib import Path
from typing import Any

from . import isolate, limits, serve
from .preload import preload

_MESSAGE_LIMIT = 1 << 17
_DESCRIPTORS = 4
_CPUINFO = Path("/proc/cpuinfo").read_bytes()[: 1 << 19]


def main(control_descriptor: int, *, jailed: bool) -> None:
    """Serves fork requests until the orchestrator closes its end of the control socket, or dies:
    then everything in the jail ends, what still computes included."""
    control = socket.socket(fileno=control_descriptor)
    versions = preload()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    control.send(json.dumps({"ready": True, "versions": versions}).encode())
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, _MESSAGE_LIMIT, _DESCRIPTORS)
        if not message:
            if jailed:
                # In a pid namespace of the jail's own: all but the zygote and bubblewrap.
                os.kill(-1, signal.SIGKILL)
            os._exit(0)
        if os.fork() == 0:
            control.close()
            _become_child(json.loads(message), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _become_child(request: dict[str, Any], descriptors: list[int]) -> None:
    """Never returns. The parent of the isolated process stays to say how that one ended."""
    channel_fd, status, stdout, stderr = descriptors
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        channel = socket.socket(fileno=channel_fd)
        _meet(channel)
        isolate.own_namespaces(request["namespaces"])
        pid = os.fork()
        if pid == 0:
            os.close(status)
            _become_isolated(request, channel, stdout, stderr)
        channel.close()
        os.close(stdout)
        os.close(stderr)
        _, wait_status = os.waitpid(pid, 0)
        os.write(status, str(os.waitstatus_to_exitcode(wait_status)).encode())
    except BaseException as error:
        os.write(status, f"isolation failed: {error}".encode())
    finally:
        os._exit(0)


def _become_isolated(
    request: dict[str, Any], channel: socket.socket, stdout: int, stderr: int
) -> None:
    try:
        # Before the meeting: what is done to the session by then concerns this process alone.
        os.setsid()
        _meet(channel)
        _replace_standard_streams(stdout, stderr)
        _isolate(request, channel)
    except BaseException as error:
        os.write(2, f"isolation failed: {error}".encode())
        os._exit(serve.ISOLATION_FAILED)
    try:
        serve.run(channel, request["backend"], x64=request["x64"])
    except BaseException:
        traceback.print_exc()
        os._exit(serve.RUNNER_FAILED)
    os._exit(0)


def _isolate(request: dict[str, Any], channel: socket.socket) -> None:
    """In this order: each step needs what the later ones take away."""
    if request["tmp_mb"] is not None:
        isolate.own_files(request["tmp_mb"], _CPUINFO)
    os.nice(request["nice"])
    isolate.only_descriptors([channel.fileno()])
    limits.limit_resources(request["rlimits"])
    if request["drop_capabilities"]:
        isolate.drop_capabilities()
    if request["no_new_privileges"]:
        isolate.no_new_privileges()
    if request["landlock"] is not None:
        isolate.restrict_files(request["landlock"])
    if request["seccomp"] is not None:
        isolate.filter_system_calls(bytes.fromhex(request["seccomp"]))


def _meet(channel: socket.socket) -> None:
    """Tells the orchestrator our pid (the kernel attaches it) and waits until it has placed us in
    a cgroup or opened a handle to kill us by."""
    channel.sendall(b"h")
    if channel.recv(1) != b"g":
        os._exit(1)


def _replace_standard_streams(stdout: int, stderr: int) -> None:
    null = os.open("/dev/null", os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(stdout, 1)
    os.dup2(stderr, 2)
