"""What the program returned, flattened and described; what does not count as an array, refused.

Accepted leaves: a concrete ``jax.Array``, exactly ``numpy.ndarray``, a NumPy scalar, a Python
bool, int, float or complex. Whether a Python scalar may stand where it does is the comparison's
decision.
"""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from . import frames

_INT64 = range(-(2**63), 2**63)


class Refused(Exception):
    """A leaf that is no answer, and why."""


def encode(value: Any) -> tuple[dict[str, Any], list[np.ndarray]]:
    """The header and the arrays of an output, waited for; or the header of a refusal."""
    leaves, structure = jax.tree_util.tree_flatten_with_path(value)
    described, arrays = [], []
    for path, leaf in leaves:
        name = jax.tree_util.keystr(path)
        try:
            array, kind, weak = _as_array(leaf)
        except Refused as refusal:
            reason = {"path": name, "type": type(leaf).__name__, "why": str(refusal)}
            return {"refused": reason}, []
        described.append({"path": name, "kind": kind, "weak": weak, **frames.describe(array)})
        arrays.append(array)
    return {"output": {"structure": str(structure), "leaves": described}}, arrays


def _as_array(leaf: Any) -> tuple[np.ndarray, str, bool]:
    if isinstance(leaf, jax.core.Tracer):
        raise Refused("a tracer left the transformation that made it; return concrete arrays")
    if isinstance(leaf, jax.Array):
        return _concrete(leaf), "jax", bool(getattr(leaf, "weak_type", False))
    if type(leaf) is np.ndarray:
        return _native(leaf), "numpy", False
    if isinstance(leaf, np.ndarray):
        raise Refused("a subclass of numpy.ndarray; return a plain array")
    if isinstance(leaf, np.generic):
        return _native(np.asarray(leaf)), "numpy_scalar", False
    if type(leaf) in (bool, int, float, complex):
        return _python_scalar(leaf), "python_scalar", True
    raise Refused("not an array; return a jax.Array or a numpy.ndarray")


def _concrete(leaf: jax.Array) -> np.ndarray:
    if jax.dtypes.issubdtype(leaf.dtype, jax.dtypes.extended):
        raise Refused("an array of PRNG keys; return jax.random.key_data of it")
    if leaf.is_deleted():
        raise Refused("the array was deleted (donated to a jitted function)")
    return np.asarray(jax.device_get(leaf))


def _native(array: np.ndarray) -> np.ndarray:
    if array.dtype.kind not in "biufcV" or array.dtype.fields is not None:
        raise Refused(f"an array of dtype {array.dtype}; return numbers")
    return array.astype(array.dtype.newbyteorder("="), copy=True)


def _python_scalar(value: bool | int | float | complex) -> np.ndarray:
    if type(value) is int and value not in _INT64:
        raise Refused("an integer beyond 64 bits")
    return np.asarray(value)
