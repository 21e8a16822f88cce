"""Which dtypes can be compared, and how their values are widened so that subtracting is safe."""

from __future__ import annotations

from enum import Enum
from typing import Any

import ml_dtypes
import numpy as np

Array = np.ndarray[Any, Any]


class Kind(Enum):
    """How the values of a dtype are compared. OTHER (text, objects, dates, …) cannot be."""

    BOOL = "bool"
    INTEGER = "int"
    FLOAT = "float"
    COMPLEX = "complex"
    OTHER = "other"


def kind_of(dtype: np.dtype[Any]) -> Kind:
    """The kind of a dtype. Types wider than float64 are OTHER: nothing would hold their errors."""
    if dtype.kind == "b":
        return Kind.BOOL
    if dtype.kind in "iu" or dtype.type in _SMALL_INTEGERS:
        return Kind.INTEGER
    if (dtype.kind == "f" and dtype.itemsize <= 8) or dtype.type in _SMALL_FLOATS:
        return Kind.FLOAT
    if dtype.kind == "c" and dtype.itemsize <= 16:
        return Kind.COMPLEX
    return Kind.OTHER


def widen(values: Array) -> Array:
    """The same values as float64, complex128, int64 or (for uint64 only) uint64."""
    match kind_of(values.dtype):
        case Kind.FLOAT:
            return values.astype(np.float64)
        case Kind.COMPLEX:
            return values.astype(np.complex128)
        case _:
            return values.astype(np.uint64 if values.dtype == np.uint64 else np.int64)


def plain(value: Any) -> float | int | bool | str:
    """A scalar of a comparable dtype as a report holds it: complex numbers as strings."""
    match kind_of(np.dtype(type(value))):
        case Kind.BOOL:
            return bool(value)
        case Kind.INTEGER:
            return int(value)
        case Kind.COMPLEX:
            return str(complex(value))
        case _:
            return float(value)


_SMALL_INTEGERS = (ml_dtypes.int2, ml_dtypes.int4, ml_dtypes.uint2, ml_dtypes.uint4)
_SMALL_FLOATS = (
    ml_dtypes.bfloat16,
    ml_dtypes.float4_e2m1fn,
    ml_dtypes.float6_e2m3fn,
    ml_dtypes.float6_e3m2fn,
    ml_dtypes.float8_e3m4,
    ml_dtypes.float8_e4m3,
    ml_dtypes.float8_e4m3b11fnuz,
    ml_dtypes.float8_e4m3fn,
    ml_dtypes.float8_e4m3fnuz,
    ml_dtypes.float8_e5m2,
    ml_dtypes.float8_e5m2fnuz,
    ml_dtypes.float8_e8m0fnu,
)
