"""The jail: one zygote in bubblewrap. The only place that launches a process of the sandbox."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from judge.errors import BackendUnavailable, SandboxUnavailable
from judge.sandbox import policy
from judge.sandbox.cgroup import Groups
from judge.sandbox.identity import Identity, reachable_folder, require_reachable
from judge.sandbox.policy import Limits
from judge.sandbox.process import SandboxedProcess
from judge.sandbox.runtime import Runtime
from judge.sandbox.seccomp import compiled_filter

_RUNNER = Path(__file__).resolve().parents[1] / "runner"
_START_TIMEOUT_S = 120.0
_BOOTSTRAP = (
    "import sys; sys.path[:0] = [{root!r}, {root!r} + '/site-packages'];"
    "from runner.zygote import main; main({control})"
)


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
    ) -> None:
        require_device(backend, runtime)
        require_reachable(runtime.root, identity)
        runner = reachable_folder(_RUNNER, identity, copies=runtime.root / "copies")
        self._groups = groups
        self._backend = backend
        self._lock = threading.Lock()
        self._filter = compiled_filter().hex()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the jail
        with theirs:
            command = _command(runtime, backend, theirs.fileno(), runner, cache, cache_writable)
            self._launcher = _launch(command, identity, theirs.fileno(), self._errors.fileno())
        self.versions = self._await_ready()

    def spawn(self, limits: Limits, *, x64: bool = False) -> SandboxedProcess:
        """Forks a process and isolates it; with ``x64`` its JAX has 64-bit types. Raises
        SandboxUnavailable when that fails."""
        try:
            process, descriptors = SandboxedProcess.prepare(limits, self._groups)
        except OSError as error:
            raise SandboxUnavailable(
                f"No cgroup or no descriptors for another process: {error}. Try: jurax doctor"
            ) from error
        request = {
            "backend": self._backend,
            "x64": x64,
            "tmp_mb": limits.tmp_mb,
            "nice": limits.nice,
            "rlimits": limits.rlimits(),
            "seccomp": self._filter,
        }
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
        """Ends the zygote, and with its pid namespace every process in the jail."""
        self._control.close()
        self._launcher.kill()
        self._launcher.wait()
        self._errors.close()

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


def find_bubblewrap() -> str:
    """The path of ``bwrap``. Raises SandboxUnavailable with the command that installs it."""
    path = shutil.which("bwrap")
    if path is None:
        raise SandboxUnavailable("bubblewrap is missing. Install it: apt-get install bubblewrap")
    return path


def _command(
    runtime: Runtime,
    backend: str,
    control: int,
    runner: Path,
    cache: Path | None,
    cache_writable: bool,
) -> list[str]:
    root = policy.JAIL_ROOT
    command = [find_bubblewrap(), "--unshare-all", "--unshare-user", "--new-session"]
    command += ["--cap-drop", "ALL", "--hostname", "jurax", "--clearenv"]
    environment = policy.ENVIRONMENT | policy.BACKENDS[backend]
    for library in runtime.libraries:
        command += ["--ro-bind", str(library), str(library)]
    command += ["--ro-bind", str(runtime.root / "python"), f"{root}/python"]
    command += ["--ro-bind", str(runtime.root / "site-packages"), f"{root}/site-packages"]
    command += ["--ro-bind", str(runner), f"{root}/runner"]
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", policy.TMP]
    if cache is not None:
        writing = policy.CACHE_WRITER if cache_writable else policy.CACHE_READER
        environment |= policy.CACHE_ENVIRONMENT | writing
        command += ["--bind" if cache_writable else "--ro-bind", str(cache), policy.CACHE_MOUNT]
    if backend == "gpu":
        command += _binds("--dev-bind", policy.GPU_DEVICES)
        command += _binds("--ro-bind", policy.GPU_LIBRARIES)
    command += ["--remount-ro", "/", "--chdir", policy.TMP]
    for name, value in environment.items():
        command += ["--setenv", name, value]
    bootstrap = _BOOTSTRAP.format(root=root, control=control)
    return [*command, "--", f"{root}/{runtime.executable}", "-I", "-S", "-c", bootstrap]


def _binds(option: str, patterns: Sequence[str]) -> list[str]:
    found = [str(path) for pattern in patterns for path in sorted(Path("/").glob(pattern))]
    return [word for path in found for word in (option, path, path)]


def _launch(
    command: list[str], identity: Identity, control: int, errors: int
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=(control,),
            env={},
            cwd="/",
            user=identity.uid if identity.switches else None,
            group=identity.gid if identity.switches else None,
            extra_groups=[] if identity.switches else None,
        )
    except OSError as error:
        raise SandboxUnavailable(f"bubblewrap cannot be started: {error}") from error
