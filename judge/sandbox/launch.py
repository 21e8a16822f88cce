"""How a zygote or a plain process is started: command, environment, where the runtime is."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from judge.errors import SandboxUnavailable
from judge.sandbox import policy
from judge.sandbox.identity import Identity, reachable_folder, require_reachable
from judge.sandbox.landlock import KEEP_FILES, PATHS, READ, USE, File
from judge.sandbox.runtime import Runtime

RUNNER = Path(__file__).resolve().parents[1] / "runner"
# The runner's folder may have any name: a checkout that is closed to others is copied.
_BOOTSTRAP = """
import sys
sys.path.insert(0, {site_packages!r})
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("runner", {runner!r} + "/__init__.py")
module = sys.modules["runner"] = module_from_spec(spec)
spec.loader.exec_module(module)
from runner.{module} import main
main({arguments})
"""


@dataclass(frozen=True)
class Places:
    """Where a process sees what it needs; in the jail, or on the host."""

    python: str
    site_packages: str
    runner: str
    cache: str | None


@dataclass(frozen=True)
class Launch:
    """What is on the host and goes into a jail: folders, and whether the cache is writable."""

    runtime: Runtime
    runner: Path
    backend: str
    cache: Path | None = None
    cache_writable: bool = False

    @classmethod
    def prepare(
        cls, runtime: Runtime, identity: Identity, backend: str, cache: Path | None, writable: bool
    ) -> Launch:
        """Raises SandboxUnavailable where that user cannot reach the runtime."""
        require_reachable(runtime.root, identity)
        runner = reachable_folder(RUNNER, identity, copies=runtime.root / "copies")
        return cls(runtime, runner, backend, cache, writable)

    def jailed(self, control: int) -> tuple[list[str], dict[str, str]]:
        """The command line and environment of a zygote in bubblewrap."""
        command = [find_bubblewrap(), "--unshare-all", "--unshare-user", "--new-session"]
        command += ["--cap-drop", "ALL", "--hostname", "jurax", "--clearenv"]
        places = self.places(jailed=True)
        for library in self.runtime.libraries:
            command += ["--ro-bind", str(library), str(library)]
        command += ["--ro-bind", str(self.runtime.root / "python"), places.python]
        command += ["--ro-bind", str(self.runtime.root / "site-packages"), places.site_packages]
        command += ["--ro-bind", str(self.runner), places.runner]
        command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", policy.TMP]
        if self.cache is not None:
            bind = "--bind" if self.cache_writable else "--ro-bind"
            command += [bind, str(self.cache), policy.CACHE_MOUNT]
        if self.backend == "gpu":
            command += _binds("--dev-bind", policy.GPU_DEVICES)
            command += _binds("--ro-bind", policy.GPU_LIBRARIES)
        command += ["--remount-ro", "/", "--chdir", policy.TMP]
        for name, value in self._environment(places).items():
            command += ["--setenv", name, value]
        return [*command, "--", *self._zygote(places, control, jailed=True)], {}

    def unjailed(self, control: int) -> tuple[list[str], dict[str, str]]:
        """The same on the host itself, which hides nothing."""
        places = self.places(jailed=False)
        return self._zygote(places, control, jailed=False), self._environment(places)

    def plain(self, arguments: Mapping[str, object]) -> tuple[list[str], dict[str, str]]:
        """A process of its own on the host, without a zygote: judge.runner.plain with these."""
        places = self.places(jailed=False)
        written = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
        return self._interpreter(places, "plain", written), self._environment(places)

    def places(self, *, jailed: bool) -> Places:
        """Where a process sees things."""
        if jailed:
            root = policy.JAIL_ROOT
            cache = policy.CACHE_MOUNT if self.cache is not None else None
            return Places(f"{root}/python", f"{root}/site-packages", f"{root}/runner", cache)
        root = str(self.runtime.root)
        cache = str(self.cache) if self.cache is not None else None
        return Places(f"{root}/python", f"{root}/site-packages", str(self.runner), cache)

    def readable_paths(self, *, jailed: bool) -> dict[str, File]:
        """What Landlock leaves to a process, by path."""
        places = self.places(jailed=jailed)
        paths = dict.fromkeys((places.python, places.site_packages, places.runner), READ)
        paths |= dict.fromkeys(sorted({str(p.parent) for p in self.runtime.libraries}), READ)
        if places.cache is not None:
            paths[places.cache] = KEEP_FILES if self.cache_writable else READ
        if self.backend == "gpu":
            paths |= dict.fromkeys(_found(policy.GPU_DEVICES), USE | File.IOCTL_DEV)
            paths |= dict.fromkeys(_found(policy.GPU_LIBRARIES), File.READ_FILE)
        return paths | PATHS

    def _zygote(self, places: Places, control: int, *, jailed: bool) -> list[str]:
        return self._interpreter(places, "zygote", f"{control}, jailed={jailed}")

    def _interpreter(self, places: Places, module: str, arguments: str) -> list[str]:
        executable = Path(places.python).parent / self.runtime.executable
        bootstrap = _BOOTSTRAP.format(
            site_packages=places.site_packages,
            runner=places.runner,
            module=module,
            arguments=arguments,
        )
        return [str(executable), "-I", "-S", "-c", bootstrap]

    def _environment(self, places: Places) -> dict[str, str]:
        environment = policy.ENVIRONMENT | policy.BACKENDS[self.backend]
        environment["LD_LIBRARY_PATH"] = f"{places.python}/lib"
        if places.cache is not None:
            environment |= policy.CACHE_ENVIRONMENT
            environment |= policy.CACHE_WRITER if self.cache_writable else policy.CACHE_READER
            environment["JAX_COMPILATION_CACHE_DIR"] = places.cache
        return environment


def start(
    command: list[str],
    environment: dict[str, str],
    identity: Identity,
    descriptor: int,
    *,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
    stderr: int,
    own_session: bool = False,
) -> subprocess.Popen[bytes]:
    """Starts a command as that user with the streams and one more descriptor."""
    try:
        return subprocess.Popen(
            command,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            pass_fds=(descriptor,),
            env=environment,
            cwd=policy.TMP,
            user=identity.uid if identity.switches else None,
            group=identity.gid if identity.switches else None,
            extra_groups=[] if identity.switches else None,
            start_new_session=own_session,
        )
    except OSError as error:
        raise SandboxUnavailable(f"{command[0]} cannot be started: {error}") from error


def find_bubblewrap() -> str:
    """The path of ``bwrap``. Raises SandboxUnavailable with the command that installs it."""
    path = shutil.which("bwrap")
    if path is None:
        raise SandboxUnavailable("bubblewrap is missing. Install it: apt-get install bubblewrap")
    return path


def _found(patterns: Sequence[str]) -> list[str]:
    return [str(path) for pattern in patterns for path in sorted(Path("/").glob(pattern))]


def _binds(option: str, patterns: Sequence[str]) -> list[str]:
    return [word for path in _found(patterns) for word in (option, path, path)]
