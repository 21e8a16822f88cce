"""What a program takes when it is compiled whole: XLA's own estimates, and two clocks.

The clocks are the sandbox's, beside whatever else the machine does: good for a comparison with
another program of the same run, for nothing more.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

import jax

from .transforms import Entry, Inputs, jitted, traced

_RUNS = 5


def measure(entry: Entry, inputs: Inputs, static: list[str]) -> dict[str, float | None]:
    """Operations, bytes and milliseconds of the jitted entry point. Raises what tracing raises."""
    arguments = traced(inputs, static)
    lowered = jitted(entry, inputs, static).lower(*arguments)
    started = time.perf_counter()
    compiled = lowered.compile()
    compile_ms = (time.perf_counter() - started) * 1000
    jax.block_until_ready(compiled(*arguments))
    runs = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        jax.block_until_ready(compiled(*arguments))
        runs.append((time.perf_counter() - started) * 1000)
    estimate = compiled.cost_analysis() or {}
    return {
        "flops": _figure(estimate.get("flops")),
        "bytes_accessed": _figure(estimate.get("bytes accessed")),
        "peak_bytes": _bytes(compiled.memory_analysis()),
        "compile_ms": compile_ms,
        "run_ms": statistics.median(runs),
    }


def _bytes(memory: Any) -> float | None:
    """Of temporary and output buffers, where the backend says."""
    if memory is None:
        return None
    return float(memory.temp_size_in_bytes + memory.output_size_in_bytes)


def _figure(value: Any) -> float | None:
    """XLA writes what it does not know as a negative number."""
    return float(value) if value is not None and value >= 0 else None
