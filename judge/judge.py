"""The judge: owns the jails, one a backend, and makes runners and executions in them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from judge.answerers import Answerers
from judge.case import Plan
from judge.closer import Closer
from judge.cores import available_cores
from judge.execution import Execution, limits_of
from judge.memory import AnswerMemory
from judge.package import Package
from judge.plan import draw, new_seed
from judge.prepare import prepare, shares
from judge.reference import LIMITS, ReferenceRunner
from judge.report import Environment
from judge.sandbox import unsafe
from judge.sandbox.backend import Backend, Process
from judge.sandbox.cache import CompilationCache
from judge.sandbox.cgroup import Groups, Polling, available_groups
from judge.sandbox.identity import sandbox_identity
from judge.sandbox.jail import Jail
from judge.sandbox.landlock import kernel_abi
from judge.sandbox.runtime import Runtime, default_root, hold
from judge.spares import Spare, SparePool
from judge.warm import Entry, warm


@dataclass(frozen=True)
class JudgeSettings:
    """Where the runtime is, what the operator accepts (``unsafe_no_sandbox``: programs run with
    nothing around them, see judge.sandbox.unsafe), and how many spares are kept ready (each takes
    some 180 MB and, to prepare, a second or two of two cores)."""

    runtime_dir: Path = field(default_factory=default_root)
    allow_weak_memory_limit: bool = False
    unsafe_no_sandbox: bool = False
    spares: int = 0


class Judge:
    """Makes sandboxed runs. Thread-safe; close it, or use it as a context manager.

    Raises SandboxUnavailable where this machine cannot isolate, BackendUnavailable where a
    backend's device is missing.
    """

    def __init__(self, settings: JudgeSettings | None = None) -> None:
        settings = settings or JudgeSettings()
        self.runtime = Runtime.load(settings.runtime_dir)
        self._unsafe = settings.unsafe_no_sandbox
        self._groups = _groups(settings)
        self._held = hold(self.runtime)
        self._identity = sandbox_identity()
        self._jails: dict[str, Backend] = {}
        self._memory = AnswerMemory()
        self._cores = available_cores()
        self._answerers = Answerers(size=self._cores)
        self._closer = Closer()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self.spares = SparePool(self._prepare, self._study, settings.spares)

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def prepare(self, backend: str = "cpu") -> None:
        """Starts the backend's jail now instead of at the first submission."""
        self._jail(backend)

    def warm(
        self,
        package: Package,
        backend: str = "cpu",
        epoch: int = 0,
        entry: Entry = Entry.WARMUP,
    ) -> bool:
        """Fills the compilation cache with what a function of the package's warm-up compiles for
        its shapes, unless that was done before. Takes seconds to minutes, at low priority. False
        if the judge was closed meanwhile."""
        cache = self._cache(backend)
        cache.create(self._identity)
        if cache.filled_by(entry, package.sha256, epoch):
            return True
        with cache.filling():
            if cache.filled_by(entry, package.sha256, epoch):
                return True
            writer = self._new_jail(backend, cache_writable=True)
            try:
                done = warm(writer, package, epoch, entry, self._closing)
            finally:
                writer.close()
            cache.prune()
            if done:
                cache.mark_filled(entry, package.sha256, epoch)
            return done

    def reference(self, package: Package, plan: Plan, backend: str) -> ReferenceRunner:
        """What asks the package's own programs about this plan."""
        return ReferenceRunner(
            lambda: self._jail(backend).spawn(LIMITS),
            package,
            plan,
            backend,
            self._remembered(),
            self._answerers,
        )

    def _remembered(self) -> AnswerMemory:
        """What a new reference runner finds answered already."""
        return self._memory

    def execution(
        self,
        package: Package,
        source: str,
        backend: str,
        spare: Spare | None = None,
        attempts: int | None = None,
    ) -> Execution:
        """A run of a submission in processes of its own: those of the spare, else as many as there
        are cores for each of the ``attempts`` that are being judged; without a number, one."""
        limits = limits_of(package)
        return Execution(
            lambda: self._jail(backend).spawn(limits),
            package,
            source,
            prepared=spare.prepared if spare is not None else (),
            lanes=max(1, self._cores // attempts) if attempts else 1,
            close_later=self._closer,
        )

    def _prepare(
        self,
        package: Package,
        backend: str,
        plan_seed: int | None,
        give_way: Callable[[], None],
    ) -> Spare:
        """Draws a plan, has the reference answer it (the answers are remembered), and warms a
        process a core on the shapes of its cases."""
        plan = draw(package, new_seed() if plan_seed is None else plan_seed)
        took_ms = {}
        with self.reference(package, plan, backend) as reference:
            for case, future in zip(plan.cases, reference.expect(), strict=True):
                give_way()
                took_ms[case.index] = future.result().wall_ms
        spawn = partial(self._jail(backend).spawn, limits_of(package))
        return prepare(package, plan, shares(took_ms, self._cores), spawn, give_way)

    def _study(
        self, package: Package, backend: str, plan: Plan, give_way: Callable[[], None]
    ) -> None:
        """Has the known-wrong programs answer the first case of a spare's plan: a diagnosis asks
        for that first."""
        with self.reference(package, plan, backend) as reference:
            for _ in reference.known_wrong(plan.cases[0]):
                give_way()

    def package_process(self, backend: str, *, x64: bool = False) -> Process:
        """An isolated process for package code alone, with 64-bit types where asked for."""
        return self._jail(backend).spawn(LIMITS, x64=x64)

    def environment(self, backend: str, device: str) -> Environment:
        """What a report says of where it was made."""
        warnings = []
        if self._unsafe:
            warnings.append(unsafe.WARNING)
        if isinstance(self._groups, Polling):
            warnings.append(
                "Memory is limited by polling only: a fast program can exceed its limit."
            )
        return Environment(
            versions=self._jail(backend).versions,
            device=device,
            sandbox={
                **_layers(self._unsafe),
                "limits": self._groups.name,
                "host_user": str(self._identity.uid),
            },
            warnings=tuple(warnings),
        )

    def rest(self) -> None:
        """Ends what is only kept so that the next answer of a reference comes sooner, and returns
        when nothing is left of attempts that have ended."""
        self._answerers.clear()
        self._closer.wait()

    def close(self) -> None:
        """Ends every jail and all that runs in them."""
        self._closing.set()
        self.spares.close()
        self._answerers.close()
        self._closer.close()
        with self._lock:
            for jail in self._jails.values():
                jail.close()
            self._jails.clear()
            self._groups.close()
            self._held.close()

    def _jail(self, backend: str) -> Backend:
        with self._lock:
            jail = self._jails.get(backend)
            if jail is not None and not jail.alive:
                jail.close()
                jail = None
            if jail is None:
                jail = self._jails[backend] = self._new_jail(backend)
            return jail

    def _cache(self, backend: str) -> CompilationCache:
        """Without a sandbox one of its own: programs could write to it, and XLA's keys hold the
        folder's path."""
        kind = f"{backend}-unsafe" if self._unsafe else backend
        return CompilationCache(self.runtime, kind)

    def _new_jail(self, backend: str, *, cache_writable: bool = False) -> Backend:
        cache = self._cache(backend)
        cache.create(self._identity)
        if self._unsafe:
            return unsafe.Unsafe(
                self.runtime,
                self._identity,
                backend=backend,
                cache=cache.folder,
                cache_writable=cache_writable,
            )
        return Jail(
            self.runtime,
            self._groups,
            self._identity,
            backend=backend,
            cache=cache.folder,
            cache_writable=cache_writable,
        )


def _groups(settings: JudgeSettings) -> Groups:
    if settings.unsafe_no_sandbox:
        return Polling()
    return available_groups(allow_weak=settings.allow_weak_memory_limit)


def _layers(without: bool) -> dict[str, str]:
    """The layers that are the same on every machine, and the one that is the kernel's choice."""
    if without:
        return {"jail": "none", "namespaces": "none", "landlock": "none", "seccomp": "none"}
    return {
        "jail": "bubblewrap",
        "namespaces": "user, mount, pid, network, ipc, uts, cgroup",
        "landlock": f"ABI {kernel_abi()}" if kernel_abi() else "none",
        "seccomp": "allow-list",
    }
