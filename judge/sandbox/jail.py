"""The jail: one zygote in bubblewrap, which forks every process of the sandbox."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

from judge.errors import BackendUnavailable, SandboxUnavailable
from judge.sandbox.cgroup import Group, Groups
from judge.sandbox.connection import Connection, Ends
from judge.sandbox.handle import IsolatedHandle
from judge.sandbox.identity import Identity
from judge.sandbox.landlock import kernel_abi, ruleset
from judge.sandbox.launch import Launch, start
from judge.sandbox.layers import (
    ALL,
    Layer,
    Layers,
    limits_of_group,
    limits_of_orchestrator,
    own_namespaces,
)
from judge.sandbox.policy import Limits
from judge.sandbox.process import SandboxedProcess
from judge.sandbox.runtime import Runtime
from judge.sandbox.seccomp import compiled_filter

_START_TIMEOUT_S = 120.0
_END_TIMEOUT_S = 5.0


class Jail:
    """A running zygote that forks isolated, single-use processes. Thread-safe.

    With ``cache`` given, the persistent compilation cache is mounted: read-only, unless
    ``cache_writable`` says that only public code will run in here.
    """

    def __init__(
        self,
        runtime: Runtime,
        groups: Groups,
        identity: Identity,
        *,
        backend: str = "cpu",
        cache: Path | None = None,
        cache_writable: bool = False,
        layers: Layers = ALL,
    ) -> None:
        require_device(backend, runtime)
        if Layer.HOST_USER not in layers:
            identity = Identity(os.geteuid(), os.getegid())
        launch = Launch.prepare(runtime, identity, backend, cache, cache_writable)
        jailed = Layer.JAIL in layers
        if Layer.SECCOMP in layers:
            # Once, and before anything is started that would have to be ended again.
            compiled_filter(backend)
        self._groups = groups
        self._backend = backend
        self._uid = identity.uid
        self._layers = layers
        self._lock = threading.Lock()
        self._ruleset = ruleset(kernel_abi(), launch.readable_paths(jailed=jailed))
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the jail
        with theirs:
            written = launch.jailed if jailed else launch.unjailed
            command, environment = written(theirs.fileno())
            self._launcher = start(
                command, environment, identity, theirs.fileno(), stderr=self._errors.fileno()
            )
        self.versions = self._await_ready()

    def spawn(
        self, limits: Limits, *, x64: bool = False, layers: Layers | None = None
    ) -> SandboxedProcess:
        """Forks a process and isolates it; with ``x64`` its JAX has 64-bit types. ``layers``: of
        the process, where they are not the jail's. Raises SandboxUnavailable when that fails."""
        layers = self._layers if layers is None else layers
        try:
            group = self._groups.create(limits_of_group(limits, layers))
            try:
                process, descriptors = _prepared(
                    limits_of_orchestrator(limits, layers), group, self._uid
                )
            except OSError:
                group.close()
                raise
        except OSError as error:
            raise SandboxUnavailable(
                f"No cgroup or no descriptors for another process: {error}. Try: jurax doctor"
            ) from error
        request = self._isolation(limits, layers) | {"backend": self._backend, "x64": x64}
        try:
            with self._lock:
                socket.send_fds(self._control, [json.dumps(request).encode()], descriptors)
        except OSError as error:
            process.close()
            raise SandboxUnavailable(f"The zygote is gone: {error}.{self._said()}") from error
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        process.meet()
        return process

    @property
    def alive(self) -> bool:
        """Whether the zygote can still fork."""
        return self._launcher.poll() is None

    def close(self) -> None:
        """Ends the zygote, which ends every process in the jail."""
        self._control.close()
        try:
            self._launcher.wait(_END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._launcher.kill()
            self._launcher.wait()
        self._errors.close()

    def _isolation(self, limits: Limits, layers: Layers) -> dict[str, Any]:
        """What the child does to itself, as judge.runner.zygote reads it."""
        ruleset = self._ruleset if Layer.LANDLOCK in layers else None
        filtered = Layer.SECCOMP in layers
        return {
            "namespaces": own_namespaces(layers),
            "tmp_mb": limits.tmp_mb if Layer.PRIVATE_FILES in layers else None,
            "nice": limits.nice,
            "rlimits": limits.rlimits() if Layer.RLIMITS in layers else {},
            "drop_capabilities": Layer.CAPABILITIES in layers,
            "no_new_privileges": Layer.NO_NEW_PRIVILEGES in layers,
            "landlock": ruleset.message() if ruleset is not None else None,
            "seccomp": compiled_filter(self._backend).hex() if filtered else None,
        }

    def _await_ready(self) -> dict[str, str]:
        self._control.settimeout(_START_TIMEOUT_S)
        try:
            message = self._control.recv(1 << 16)
        except OSError:
            message = b""
        self._control.settimeout(None)
        if not message:
            said = self._said()
            self.close()
            raise SandboxUnavailable(f"The sandbox did not start.{said} Try: jurax doctor")
        return dict(json.loads(message)["versions"])

    def _said(self) -> str:
        self._errors.seek(0)
        text = self._errors.read(1 << 16).decode(errors="replace").strip()
        return f" It said: {text[-2000:]}" if text else ""


def require_device(backend: str, runtime: Runtime) -> None:
    """Raises BackendUnavailable where the backend's device or its plugin is missing."""
    if backend != "gpu":
        return
    if not gpu_devices():
        raise BackendUnavailable(
            "There is no GPU here: no /dev/nvidia0. Use --backend cpu, or install the NVIDIA "
            "driver."
        )
    if not any(name.startswith("jax-cuda") for name in runtime.packages):
        raise BackendUnavailable("The runtime has no CUDA plugin. Build it with: make setup GPU=1")


def gpu_devices() -> list[Path]:
    """The device nodes of the GPUs, in order."""
    return sorted(Path("/dev").glob("nvidia[0-9]*"))


def _prepared(limits: Limits, group: Group, uid: int) -> tuple[SandboxedProcess, list[int]]:
    """One that is still to be met, and the descriptors that the zygote's child gets: channel,
    status, stdout, stderr. The caller closes those after sending them."""
    ends = Ends.open()
    try:
        status, its_status = os.pipe()
    except OSError:
        ends.close()
        raise
    os.set_blocking(status, False)
    ends.channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    channel, stdout, stderr = ends.given
    handle = IsolatedHandle(group, uid, status)
    connection = Connection(limits, ends, handle)
    return SandboxedProcess(connection), [channel, its_status, stdout, stderr]
