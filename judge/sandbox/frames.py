"""The orchestrator's end of the channel: strict about all that a sandbox sends.

A frame is two lengths, a JSON header, raw array bytes. Lengths are checked before anything is
read, the header against a schema, each array's size against what is left. No pickle, no eval.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

import ml_dtypes
import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from judge.answer import Layer, Leaf, LeafKind, Output, Raised, Refusal, Sown, Trace
from judge.source import MAX_SOURCE_BYTES

LENGTHS = struct.Struct("!IQ")
HEADER_LIMIT = 4 << 20

_NATIVE = (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "float32", "float64", "complex64", "complex128",
)  # fmt: skip
_EXTENSION = (
    "bfloat16", "float8_e3m4", "float8_e4m3", "float8_e4m3b11fnuz", "float8_e4m3fn",
    "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "int4", "uint4",
)  # fmt: skip
DTYPES: dict[str, np.dtype[Any]] = {
    **{name: np.dtype(name) for name in _NATIVE},
    **{name: np.dtype(getattr(ml_dtypes, name)) for name in _EXTENSION if hasattr(ml_dtypes, name)},
}


class FrameError(Exception):
    """The sandbox sent something that is not a frame of the protocol."""


def printable(text: str, limit: int) -> str:
    """Hostile text without control characters (a terminal or a log could obey them), capped."""
    kept = "".join(
        c if c in "\n\t" or (c.isprintable() and not "\ud800" <= c <= "\udfff") else "\ufffd"
        for c in text[:limit]
    )
    return kept if len(text) <= limit else kept + " …"


# Text of a sandbox is cleaned where it is read, so that none is shown that was not.
_Name = Annotated[str, AfterValidator(lambda text: printable(text, 200))]
_Sentence = Annotated[str, AfterValidator(lambda text: printable(text, 500))]
_Message = Annotated[str, AfterValidator(lambda text: printable(text, 4000))]
_Text = Annotated[str, AfterValidator(lambda text: printable(text, 16000))]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


# Of a program's source. Unbounded, a line number could carry inputs past what a group shows.
_Line = Annotated[int, Field(ge=0, le=MAX_SOURCE_BYTES)]


class _Array(_Strict):
    dtype: str
    shape: Annotated[list[Annotated[int, Field(ge=0, lt=2**48)]], Field(max_length=64)]


class _Leaf(_Array):
    path: str
    kind: str
    weak: bool


class _Output(_Strict):
    structure: str
    leaves: Annotated[list[_Leaf], Field(max_length=100_000)]


class _Refused(_Strict):
    path: _Name
    type: _Name
    why: _Sentence


class _Raised(_Strict):
    type: _Name
    message: _Message
    traceback: _Text
    line: _Line | None


class _Param(_Array):
    name: _Name


# A call that was not mapped is one row. Rows are taken out one by one, so not millions of them.
_Rows = Annotated[int, Field(ge=1, le=1 << 20)]


class _Layer(_Strict):
    path: _Name
    cls: _Name
    phase: str
    params: list[_Param]
    input: _Array | None
    output: _Array | None
    rows: _Rows


class _Sown(_Strict):
    name: _Name
    value: _Array | None
    rows: _Rows


class _Trace(_Strict):
    complete: bool
    layers: list[_Layer]
    unused: list[_Name]
    sown: Annotated[list[_Sown], Field(max_length=20_000)]


class AnswerHeader(_Strict):
    """The header of an answer to a call: exactly one of output, refused, raised; and a trace."""

    output: _Output | None = None
    refused: _Refused | None = None
    raised: _Raised | None = None
    trace: _Trace


class LoadFailure(_Strict):
    """Why a program cannot be called: ``kind`` is syntax, entry, signature or raised."""

    kind: _Name
    message: _Message
    line: _Line | None = None
    type: _Name | None = None
    traceback: _Text | None = None


class LoadHeader(_Strict):
    """The header of an answer to a load."""

    loaded: bool = False
    failed: LoadFailure | None = None


Figure = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Measured(_Strict):
    """What a compiled program takes: operations, bytes, milliseconds; None where unknown."""

    flops: Figure | None
    bytes_accessed: Figure | None
    peak_bytes: Figure | None
    compile_ms: Figure | None
    run_ms: Figure | None


class CostHeader(_Strict):
    """The header of an answer about cost: figures, or the exception in their place."""

    cost: Measured | None = None
    raised: _Raised | None = None


class HelloHeader(_Strict):
    """The first frame of a process: its device."""

    device: _Name


Header = TypeVar("Header", bound=BaseModel)


def pack(header: dict[str, Any], blobs: Sequence[bytes | memoryview]) -> bytes:
    """One frame to a sandbox."""
    text = json.dumps(header, allow_nan=False).encode()
    body = b"".join(blobs)
    return LENGTHS.pack(len(text), len(body)) + text + body


def unpack_lengths(prefix: bytes, limit: int) -> tuple[int, int]:
    """Header and body length. Raises FrameError beyond ``limit`` bytes in all, and at once where
    no header is announced: nobody waits for a body that nothing could describe."""
    header, body = LENGTHS.unpack(prefix)
    if header == 0:
        raise FrameError("a frame without a header")
    if header > HEADER_LIMIT or header + body > limit:
        raise FrameError(f"a frame of {header + body} bytes is over the limit")
    return header, body


def parse(model: type[Header], text: bytes) -> Header:
    """The header checked against its schema. Raises FrameError."""
    try:
        return model.model_validate_json(text)
    except (ValidationError, RecursionError) as error:
        raise FrameError(
            f"a header that is not of the protocol ({type(error).__name__})"
        ) from error


def unpack_answer(
    header: AnswerHeader, body: memoryview
) -> tuple[Output | None, Refusal | None, Raised | None, Trace]:
    """The decoded answer. Raises FrameError unless the body is used up exactly."""
    if sum(part is not None for part in (header.output, header.refused, header.raised)) != 1:
        raise FrameError("an answer that is not exactly one of output, refusal and exception")
    reader = _Reader(body)
    output = None
    if header.output is not None:
        leaves = tuple(
            Leaf(leaf.path, reader.take(leaf), _leaf_kind(leaf.kind), leaf.weak)
            for leaf in header.output.leaves
        )
        output = Output(header.output.structure, leaves)
    layers = tuple(_layer(layer, reader) for layer in header.trace.layers)
    sown = tuple(_sown(value, reader) for value in header.trace.sown)
    reader.require_end()
    trace = Trace(layers, header.trace.complete, tuple(header.trace.unused), sown)
    return output, _refusal(header.refused), raised(header.raised), trace


def raised(header: _Raised | None) -> Raised | None:
    """The exception that a header describes."""
    if header is None:
        return None
    return Raised(header.type, header.message, header.traceback, header.line)


class _Reader:
    def __init__(self, body: memoryview) -> None:
        self._body = body

    def take(self, spec: _Array) -> np.ndarray:
        dtype = DTYPES.get(spec.dtype)
        if dtype is None:
            raise FrameError("an array of an unknown dtype")
        size = math.prod(spec.shape) * dtype.itemsize
        if size > len(self._body):
            raise FrameError("an array longer than its frame")
        try:
            array = np.frombuffer(self._body[:size], dtype=dtype).reshape(spec.shape)
        except ValueError as error:
            raise FrameError("an array of an impossible shape") from error
        self._body = self._body[size:]
        return array

    def require_end(self) -> None:
        if len(self._body):
            raise FrameError("a frame with bytes left over")


def _layer(header: _Layer, reader: _Reader) -> Layer:
    params = {param.name: reader.take(param) for param in header.params}
    given = None if header.input is None else reader.take(header.input)
    made = None if header.output is None else reader.take(header.output)
    _require_rows(header.rows, given, made)
    return Layer(header.path, header.cls, header.phase, params, given, made, header.rows)


def _sown(header: _Sown, reader: _Reader) -> Sown:
    value = None if header.value is None else reader.take(header.value)
    _require_rows(header.rows, value)
    return Sown(header.name, value, header.rows)


def _require_rows(rows: int, *stacked: np.ndarray | None) -> None:
    """What is said to be rows has to have them: they are taken out one by one later."""
    if rows > 1 and any(array is not None and array.shape[:1] != (rows,) for array in stacked):
        raise FrameError("a mapped call without the rows that it is said to have")


def _refusal(header: _Refused | None) -> Refusal | None:
    if header is None:
        return None
    return Refusal(header.path, header.type, header.why)


def _leaf_kind(kind: str) -> LeafKind:
    try:
        return LeafKind(kind)
    except ValueError as error:
        raise FrameError("a leaf of an unknown kind") from error
