"""The trace: Flax linen modules recorded as they are called.

Under a transformation the values are tracers; a ``jax.debug.callback`` staged into the same
program records them when it runs, also from a warm jit cache and once a row under vmap. A model
that the program applies in a thread of its own is not seen, since Flax keeps interceptors per
thread.
"""

from __future__ import annotations

import functools
import itertools
import threading
from typing import Any

import flax.linen as nn
import flax.traverse_util
import jax
import numpy as np

from . import frames
from .records import Record, in_order

_BYTES_LIMIT = 64 << 20
_RECORD_LIMIT = 20_000
_UNUSED_LIMIT = 16

# Goes on across the cases of a process, so that programs staged in an earlier case sort too.
_order = itertools.count()


class _Current:
    """The recorder of the case that is running: a callback staged in an earlier case finds it."""

    recorder: Recorder | None = None


_current = _Current()


class Recorder:
    """Context in which calls of the observed module classes are recorded."""

    def __init__(self, observed: list[str]) -> None:
        self._observed = frozenset(observed)
        self._arrived: list[Record] = []
        self._handed_in: set[str] = set()
        self._open: set[tuple[str, ...]] = set()
        self._bytes = 0
        self._complete = True
        self._staged = False
        self._lock = threading.Lock()
        self._interception: Any = None

    def __enter__(self) -> None:
        _current.recorder = self
        self._interception = nn.intercept_methods(self._intercept)
        self._interception.__enter__()

    def __exit__(self, *details: Any) -> None:
        self._interception.__exit__(*details)

    def finish(self) -> tuple[dict[str, Any], list[np.ndarray]]:
        """Waits for staged callbacks; the trace's header and its arrays in the header's order."""
        try:
            jax.effects_barrier()
        except BaseException:
            self._complete = False
        _current.recorder = None
        with self._lock:
            records = in_order(self._arrived)
        header = {
            "complete": self._complete,
            "layers": [_describe(record) for record in records],
            "unused": self._unused(records),
        }
        return header, [array for record in records for array in record.arrays()]

    def store(
        self, order: int, staged: bool, about: dict[str, str], params: Any, given: Any, made: Any
    ) -> None:
        """Takes one call's concrete values."""
        record = Record(
            order,
            staged,
            path=about["path"],
            cls=about["cls"],
            phase=about["phase"],
            params={name: np.asarray(value) for name, value in params.items()},
            given=None if given is None else np.asarray(given),
            made=None if made is None else np.asarray(made),
        )
        with self._lock:
            self._bytes += sum(array.nbytes for array in record.arrays())
            if self._bytes > _BYTES_LIMIT or len(self._arrived) >= _RECORD_LIMIT:
                self._complete = False
            else:
                self._arrived.append(record)

    def _intercept(self, call: Any, args: Any, kwargs: Any, context: Any) -> Any:
        module = context.module
        observed = self._observed_class(type(module))
        if context.method_name != "__call__" or observed is None or module.path in self._open:
            return call(*args, **kwargs)
        # A subclass that calls its parent's __call__ is one layer, judged by what it returns.
        self._open.add(module.path)
        try:
            made = call(*args, **kwargs)
        finally:
            self._open.discard(module.path)
        phase = "init" if module.is_initializing() else "apply"
        about = {"path": "/".join(module.path), "cls": observed, "phase": phase}
        if phase == "apply":
            self._handed_in |= _all_parameters(module)
        given = args[0] if args else next(iter(kwargs.values()), None)
        self._record(about, _params(module), _array(given), _array(made))
        return made

    def _record(self, about: dict[str, str], params: Any, given: Any, made: Any) -> None:
        order = next(_order)
        if any(isinstance(v, jax.core.Tracer) for v in (*params.values(), given, made)):
            self._staged = True
            jax.debug.callback(functools.partial(_store_current, order, about), params, given, made)
            return
        if self._staged:
            # What was dispatched before must have arrived before.
            jax.effects_barrier()
        self.store(order, False, about, params, given, made)

    def _observed_class(self, kind: type) -> str | None:
        """The name of the observed Flax class that ``kind`` is or extends."""
        for base in kind.__mro__:
            if base.__name__ in self._observed and base.__module__.startswith("flax.linen"):
                return base.__name__
        return None

    def _unused(self, records: list[Record]) -> list[str]:
        used = {
            f"{record.path}/{name}" if record.path else name
            for record in records
            if record.phase == "apply"
            for name in record.params
        }
        return sorted(self._handed_in - used)[:_UNUSED_LIMIT]


def _store_current(order: int, about: dict[str, str], params: Any, given: Any, made: Any) -> None:
    recorder = _current.recorder
    if recorder is not None:
        recorder.store(order, True, about, params, given, made)


def _params(module: nn.Module) -> dict[str, Any]:
    found = module.variables.get("params", {})
    return {name: found[name] for name in sorted(found) if _array(found[name]) is not None}


def _all_parameters(module: nn.Module) -> set[str]:
    """Paths of all parameters that the outermost ``apply`` was given."""
    try:
        variables = module.scope.root.variables().get("params", {})
        return set(flax.traverse_util.flatten_dict(variables, sep="/"))
    except Exception:
        return set()


def _array(value: Any) -> Any:
    return value if isinstance(value, jax.Array | np.ndarray) else None


def _describe(record: Record) -> dict[str, Any]:
    return {
        "path": record.path,
        "cls": record.cls,
        "phase": record.phase,
        "params": [
            {"name": name, **frames.describe(value)} for name, value in record.params.items()
        ],
        "input": None if record.given is None else frames.describe(record.given),
        "output": None if record.made is None else frames.describe(record.made),
        "rows": record.rows,
    }
