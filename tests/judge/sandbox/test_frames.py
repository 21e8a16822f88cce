"""The orchestrator's reader refuses what is not of the protocol, whatever it is."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.sandbox import frames


def header(**changes: object) -> dict[str, object]:
    leaf = {"path": "", "kind": "jax", "weak": False, "dtype": "float32", "shape": [2]}
    return {
        "output": {"structure": "PyTreeDef(*)", "leaves": [leaf | changes]},
        "trace": {"complete": True, "layers": [], "unused": [], "sown": []},
    }


NO_TRACE = {"complete": True, "layers": [], "unused": []}
FORGED_SOWN = [
    {"name": "h", "value": {"dtype": "float32", "shape": [1]}, "rows": 1},
    {"name": "h", "value": {"dtype": "object", "shape": [0]}, "rows": 1},
    {"name": "h", "value": None, "rows": 1.0},
    {"name": 1, "value": None, "rows": 1},
    {"name": "h", "value": None, "rows": 1, "phase": "sown"},
    {"name": "h", "value": None, "rows": 0},
    {"name": "h", "value": None, "rows": 2**40},
    {"name": "h", "value": {"dtype": "float32", "shape": [0, 4]}, "rows": 2},
]


def decode(document: object, body: bytes) -> object:
    parsed = frames.parse(frames.AnswerHeader, json.dumps(document).encode())
    return frames.unpack_answer(parsed, memoryview(body))


def test_an_array_is_read_as_it_was_sent() -> None:
    output, *_ = decode(header(), np.array([1, 2], np.float32).tobytes())  # type: ignore[misc]
    assert output.leaves[0].value.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    "document",
    [
        header(dtype="object"),
        header(dtype="|O8"),
        header(shape=[3]),
        header(shape=[1]),
        header(shape=[-2]),
        header(shape=[2**47, 2**47]),
        header(shape=[2.0]),
        header(kind="verdict"),
        header(extra=1),
        header() | {"raised": {"type": "E", "message": "", "traceback": "", "line": 1}},
        {"trace": {"complete": True, "layers": [], "unused": [], "sown": []}},
        header() | {"verdict": "AC"},
        header() | {"trace": {"complete": True, "layers": [], "unused": []}},
        *(header() | {"trace": NO_TRACE | {"sown": [one]}} for one in FORGED_SOWN),
        [],
        None,
        "AC",
    ],
)
def test_what_is_not_of_the_protocol_is_an_error(document: object) -> None:
    with pytest.raises(frames.FrameError):
        decode(document, np.array([1, 2], np.float32).tobytes())


@pytest.mark.parametrize("side", ["input", "output"])
@pytest.mark.parametrize("shape", [[], [0, 4], [1, 2]])
def test_a_mapped_call_has_its_rows(side: str, shape: list[int]) -> None:
    """They are taken out one by one later, so that a forged trace could have stopped the judge."""
    array = {"dtype": "float32", "shape": shape}
    layer = {"path": "", "cls": "Dense", "phase": "apply", "params": [], "rows": 2}
    document = header() | {
        "trace": NO_TRACE
        | {"sown": [], "layers": [layer | {"input": None, "output": None} | {side: array}]}
    }
    with pytest.raises(frames.FrameError, match="rows"):
        decode(document, bytes(8 + 4 * int(np.prod(shape))))


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"[" * 100_000, b"1" * 10_000, b"NaN"])
def test_a_header_that_is_no_json_is_an_error(text: bytes) -> None:
    with pytest.raises(frames.FrameError):
        frames.parse(frames.AnswerHeader, text)


def test_a_length_over_the_limit_is_an_error() -> None:
    with pytest.raises(frames.FrameError):
        frames.unpack_lengths(frames.LENGTHS.pack(10, 2**60), limit=1 << 20)


def test_no_header_announced_is_an_error_before_a_body_is_awaited() -> None:
    with pytest.raises(frames.FrameError, match="without a header"):
        frames.unpack_lengths(frames.LENGTHS.pack(0, 16), limit=1 << 20)


@given(st.binary(max_size=200), st.binary(max_size=64))
def test_random_bytes_are_an_error_or_an_answer(text: bytes, body: bytes) -> None:
    with pytest.raises(frames.FrameError):
        frames.unpack_answer(frames.parse(frames.AnswerHeader, text), memoryview(body))


@given(st.text(max_size=300))
def test_printable_text_obeys_no_terminal(text: str) -> None:
    shown = frames.printable(text, 100)
    assert len(shown) <= 102
    assert not any(ord(c) < 0x20 and c not in "\n\t" for c in shown)
    shown.encode("utf-8")


HOSTILE = "\x1b[2J" + "x" * 100_000


def test_every_text_that_is_shown_is_cleaned_where_it_is_read() -> None:
    """Forged frames: the runner's own are shorter."""
    failure = {"kind": HOSTILE, "message": HOSTILE, "type": HOSTILE, "traceback": HOSTILE}
    failed = frames.parse(frames.LoadHeader, json.dumps({"failed": failure}).encode()).failed
    assert failed is not None
    layer = {"path": HOSTILE, "cls": HOSTILE, "phase": "apply", "input": None, "output": None}
    param = {"name": HOSTILE, "dtype": "float32", "shape": [0]}
    document = {
        "raised": {"type": HOSTILE, "message": HOSTILE, "traceback": HOSTILE, "line": 1},
        "trace": {
            "complete": True,
            "layers": [layer | {"params": [param], "rows": 1}],
            "unused": [HOSTILE],
            "sown": [{"name": HOSTILE, "value": None, "rows": 1}],
        },
    }
    _, _, raised, trace = decode(document, b"")  # type: ignore[misc]
    shown = [*failed.model_dump(exclude_none=True).values()]
    shown += [raised.type_name, raised.message, raised.traceback, *trace.unused]
    shown += [trace.layers[0].path, trace.layers[0].cls, *trace.layers[0].params]
    shown += [value.name for value in trace.sown]
    assert len(shown) == 12
    for text in shown:
        assert "\x1b" not in text
        assert len(text) < 20_000
