"""Frames on the channel to the orchestrator: two lengths, a JSON header, raw array bytes.

The orchestrator has a strict reader of its own for what comes back (judge.sandbox.frames); this
side may trust what it is sent.
"""

from __future__ import annotations

import codecs
import json
import socket
import struct
from typing import Any

import ml_dtypes
import numpy as np

_LENGTHS = struct.Struct("!IQ")


def _written_out(error: UnicodeError) -> tuple[str, int]:
    """Half a surrogate pair, which no JSON can hold, as Python writes it out: ``\\ud800``. The
    backslash is doubled for the JSON that it stands in."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    halves = error.object[error.start : error.end]
    return "".join(f"\\\\u{ord(half):04x}" for half in halves), error.end


codecs.register_error("written_out", _written_out)


def send(channel: socket.socket, header: dict[str, Any], arrays: list[np.ndarray]) -> None:
    """Sends one frame; array bytes follow the header in order, C-contiguous, native endian."""
    text = json.dumps(header, allow_nan=False, ensure_ascii=False).encode("utf-8", "written_out")
    blobs = [np.ascontiguousarray(a).reshape(-1).view(np.uint8).data for a in arrays]
    channel.sendall(_LENGTHS.pack(len(text), sum(blob.nbytes for blob in blobs)))
    channel.sendall(text)
    for blob in blobs:
        channel.sendall(blob)


def receive(channel: socket.socket) -> tuple[dict[str, Any], memoryview]:
    """The next frame: its header and its bytes. Raises EOFError when the orchestrator is gone."""
    header_length, body_length = _LENGTHS.unpack(_exactly(channel, _LENGTHS.size))
    header = json.loads(bytes(_exactly(channel, header_length)))
    return header, _exactly(channel, body_length)


def describe(array: np.ndarray) -> dict[str, Any]:
    """The dtype and shape under which an array's bytes are sent."""
    return {"dtype": array.dtype.name, "shape": list(array.shape)}


def take(spec: dict[str, Any], body: memoryview) -> tuple[np.ndarray, memoryview]:
    """A fresh, writable array from the front of ``body``, and what follows it."""
    dtype = np.dtype(getattr(ml_dtypes, spec["dtype"], spec["dtype"]))
    shape = tuple(spec["shape"])
    size = dtype.itemsize * int(np.prod(shape, dtype=np.int64))
    return np.frombuffer(body[:size], dtype=dtype).reshape(shape).copy(), body[size:]


def _exactly(channel: socket.socket, size: int) -> memoryview:
    buffer = memoryview(bytearray(size))
    filled = 0
    while filled < size:
        count = channel.recv_into(buffer[filled:])
        if count == 0:
            raise EOFError
        filled += count
    return buffer
