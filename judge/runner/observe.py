"""The trace: Flax linen modules recorded as they are called.

Under a transformation the values are tracers; a ``jax.debug.callback`` staged into the same
program records them when it runs, also from a warm jit cache and once a row under vmap. Order is
that of tracing: callbacks may arrive in any. A model that the program applies in a thread of its
own is not seen, since Flax keeps interceptors per thread.
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

_BYTES_LIMIT = 64 << 20
_RECORD_LIMIT = 20_000
_UNUSED_LIMIT = 16

# Across the cases of a process, so that records staged in an earlier case still sort.
_order = itertools.count()


class Recorder:
    """Context in which calls of the observed module classes are recorded."""

    def __init__(self, observed: list[str]) -> None:
        self._observed = frozenset(observed)
        self._records: list[tuple[int, dict[str, str], dict[str, np.ndarray], Any, Any]] = []
        self._given: set[str] = set()
        self._bytes = 0
        self._complete = True
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
        layers: list[dict[str, Any]] = []
        arrays: list[np.ndarray] = []
        with self._lock:
            for about, params, given, made, rows in _merged(self._records):
                layers.append(_describe(about, params, given, made, rows))
                arrays += [*params.values(), *(a for a in (given, made) if a is not None)]
            unused = self._unused()
        return {"complete": self._complete, "layers": layers, "unused": unused}, arrays

    def store(self, order: int, about: dict[str, str], params: Any, given: Any, made: Any) -> None:
        """One call's concrete values."""
        params = {name: np.asarray(value) for name, value in params.items()}
        given = None if given is None else np.asarray(given)
        made = None if made is None else np.asarray(made)
        size = sum(a.nbytes for a in (*params.values(), given, made) if a is not None)
        with self._lock:
            self._bytes += size
            if self._bytes > _BYTES_LIMIT or len(self._records) >= _RECORD_LIMIT:
                self._complete = False
                return
            self._records.append((order, about, params, given, made))

    def _intercept(self, call: Any, args: Any, kwargs: Any, context: Any) -> Any:
        module = context.module
        observed = self._observed_class(type(module))
        if context.method_name != "__call__" or observed is None:
            return call(*args, **kwargs)
        made = call(*args, **kwargs)
        phase = "init" if module.is_initializing() else "apply"
        about = {"path": "/".join(module.path), "cls": observed, "phase": phase}
        if phase == "apply":
            self._given |= _handed_in(module)
        self._record(about, _params(module), _array(args[0] if args else None), _array(made))
        return made

    def _record(self, about: dict[str, str], params: Any, given: Any, made: Any) -> None:
        order = next(_order)
        if any(isinstance(v, jax.core.Tracer) for v in (*params.values(), given, made)):
            jax.debug.callback(functools.partial(_store_current, order, about), params, given, made)
        else:
            self.store(order, about, params, given, made)

    def _observed_class(self, kind: type) -> str | None:
        """The name of the observed Flax class that ``kind`` is or extends."""
        for base in kind.__mro__:
            if base.__name__ in self._observed and base.__module__.startswith("flax.linen"):
                return base.__name__
        return None

    def _unused(self) -> list[str]:
        used = {
            f"{about['path']}/{name}" if about["path"] else name
            for _, about, params, _, _ in self._records
            if about["phase"] == "apply"
            for name in params
        }
        return sorted(self._given - used)[:_UNUSED_LIMIT]


class _Current:
    """The recorder of the case that is running: a callback staged in an earlier case finds it."""

    recorder: Recorder | None = None


_current = _Current()


def _store_current(order: int, about: dict[str, str], params: Any, given: Any, made: Any) -> None:
    recorder = _current.recorder
    if recorder is not None:
        recorder.store(order, about, params, given, made)


def _params(module: nn.Module) -> dict[str, Any]:
    found = module.variables.get("params", {})
    return {name: found[name] for name in sorted(found) if _array(found[name]) is not None}


def _handed_in(module: nn.Module) -> set[str]:
    """Paths of all parameters that the outermost ``apply`` was given."""
    try:
        variables = module.scope.root.variables().get("params", {})
        return set(flax.traverse_util.flatten_dict(variables, sep="/"))
    except Exception:
        return set()


def _array(value: Any) -> Any:
    return value if isinstance(value, jax.Array | np.ndarray) else None


def _merged(records: list[Any]) -> list[Any]:
    """Records in order of tracing. Those of one traced call (the rows of a vmap) become one, its
    inputs and outputs stacked in order of arrival, its number of rows told."""
    merged = []
    ordered = sorted(records, key=lambda record: record[0])
    for _, same in itertools.groupby(ordered, key=lambda record: record[0]):
        group = list(same)
        _, about, params, given, made = group[0]
        if len(group) > 1:
            given = _stacked([record[3] for record in group])
            made = _stacked([record[4] for record in group])
        merged.append((about, params, given, made, len(group)))
    return merged


def _stacked(arrays: list[np.ndarray | None]) -> np.ndarray | None:
    present = [a for a in arrays if a is not None]
    if len(present) != len(arrays) or len({a.shape for a in present}) != 1:
        return None
    return np.stack(present)


def _describe(about: dict[str, str], params: Any, given: Any, made: Any, rows: int) -> dict:
    return {
        **about,
        "params": [{"name": name, **frames.describe(value)} for name, value in params.items()],
        "input": None if given is None else frames.describe(given),
        "output": None if made is None else frames.describe(made),
        "rows": rows,
    }
