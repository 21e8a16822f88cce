"""The trace: Flax modules recorded as they are called.

Under a transformation the values are tracers; a ``jax.debug.callback`` staged into the same
program records them when it runs, also from a warm jit cache.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import threading
from typing import Any

import jax
import numpy as np

from . import frames, linen, nnx, sown
from .calls import Call
from .records import Record, in_order
from .staging import stage
from .transplant import Donor

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
    """Context in which calls of the observed module classes are recorded, and intermediates that
    are sown under one of the names."""

    def __init__(self, observed: list[str], names: list[str], donor: Donor) -> None:
        self._observed = frozenset(observed)
        self._names = frozenset(names)
        self._donor = donor
        self._arrived: list[Record] = []
        self._handed_in: set[str] = set()
        self._bytes = 0
        self._complete = True
        self._staged = False
        self._lock = threading.Lock()
        self._watching = contextlib.ExitStack()

    def __enter__(self) -> None:
        _current.recorder = self
        for modules in (linen, nnx):
            self._watching.enter_context(modules.watching(self._observed, self, self._donor))
        self._watching.enter_context(sown.watching(self._names, self))

    def __exit__(self, *details: Any) -> None:
        self._watching.close()

    def finish(self) -> tuple[dict[str, Any], list[np.ndarray]]:
        """Waits for staged callbacks; the trace's header and its arrays in the header's order."""
        try:
            jax.effects_barrier()
        except BaseException:
            self._complete = False
        _current.recorder = None
        with self._lock:
            records = in_order(self._arrived)
        layers = [record for record in records if record.phase != sown.PHASE]
        values = [record for record in records if record.phase == sown.PHASE]
        header = {
            "complete": self._complete,
            "layers": [_describe(record) for record in layers],
            "unused": self._unused(layers),
            "sown": [_describe_sown(record) for record in values],
        }
        return header, [array for record in (*layers, *values) for array in record.arrays()]

    def store(
        self,
        order: int,
        staged: bool,
        about: dict[str, str],
        params: Any,
        given: Any,
        made: Any,
        rows: int = 1,
    ) -> None:
        """Takes one call's concrete values; of a mapped call those of all its ``rows``."""
        record = Record(
            order,
            staged,
            path=about["path"],
            cls=about["cls"],
            phase=about["phase"],
            params={name: np.asarray(value) for name, value in params.items()},
            given=None if given is None else np.asarray(given),
            made=None if made is None else np.asarray(made),
            rows=rows,
        )
        with self._lock:
            self._bytes += sum(array.nbytes for array in record.arrays())
            if self._bytes > _BYTES_LIMIT or len(self._arrived) >= _RECORD_LIMIT:
                self._complete = False
            else:
                self._arrived.append(record)

    def record(self, call: Call) -> None:
        """Takes one call, or has the program that is being traced hand it in when it runs."""
        order = next(_order)
        about, params = call.about(), call.params
        if call.traced():
            self._staged = True
            stage(functools.partial(_store_current, order, about), params, call.given, call.made)
            return
        if self._staged:
            # What was dispatched before must have arrived before.
            jax.effects_barrier()
        self.store(order, False, about, params, call.given, call.made)

    def hand_in(self, paths: set[str]) -> None:
        """Notes the paths of parameters that were handed to ``apply``."""
        self._handed_in |= paths

    def _unused(self, records: list[Record]) -> list[str]:
        used = {
            f"{record.path}/{name}" if record.path else name
            for record in records
            if record.phase == "apply"
            for name in record.params
        }
        return sorted(self._handed_in - used)[:_UNUSED_LIMIT]


def _store_current(
    order: int, about: dict[str, str], axes: int, rows: int, params: Any, given: Any, made: Any
) -> None:
    """Takes values from a running program, all mapped axes as one axis of rows."""
    recorder = _current.recorder
    if recorder is not None:
        if axes:
            given, made = (
                None if value is None else np.reshape(value, (rows, *np.shape(value)[axes:]))
                for value in (given, made)
            )
        recorder.store(order, True, about, params, given, made, rows if axes else 1)


def _describe_sown(record: Record) -> dict[str, Any]:
    value = None if record.made is None else frames.describe(record.made)
    return {"name": record.path, "value": value, "rows": record.rows}


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
