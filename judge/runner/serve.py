"""Serves one orchestrator over the channel: load programs, call them on cases, answer.

A child that judges a submission holds that one program; a reference runner holds the package's
reference and its known-wrong programs. Nothing here compares anything.
"""

from __future__ import annotations

import gc
import os
import socket
import sys
from typing import Any

import numpy as np

from . import answers, cost, errors, frames, observe, transforms
from .programs import LoadError, Program
from .transplant import Donor

ISOLATION_FAILED = 70
RUNNER_FAILED = 71


def run(channel: socket.socket, backend: str, *, x64: bool) -> None:
    """Initialises the backend, says so, then serves requests until the orchestrator hangs up."""
    device = _initialise(backend, x64)
    frames.send(channel, {"device": device}, [])
    programs: dict[str, Program] = {}
    while True:
        try:
            request, body = frames.receive(channel)
        except (EOFError, OSError):
            return
        header, arrays = _serve(request, body, programs)
        _flush()
        frames.send(channel, header, arrays)


def _serve(
    request: dict[str, Any], body: memoryview, programs: dict[str, Program]
) -> tuple[dict[str, Any], list[np.ndarray]]:
    if request["op"] == "load":
        source = bytes(body).decode("utf-8", "surrogatepass")
        # What is here before the program is not its garbage: looking it through would take a tenth
        # of a second of its time.
        gc.freeze()
        try:
            programs[request["program"]] = Program.load(
                source, request["entry"], request["parameters"]
            )
        except LoadError as error:
            return {"failed": error.describe()}, []
        return {"loaded": True}, []
    return _OPERATIONS[request["op"]](programs[request["program"]], request, body)


def _call(
    program: Program, request: dict[str, Any], body: memoryview
) -> tuple[dict[str, Any], list[np.ndarray]]:
    inputs, body = _inputs(request["inputs"], body)
    donor = Donor(request["transplant"], body)
    return donor.around(lambda: _observed(program, inputs, request, donor))


def _observed(
    program: Program, inputs: dict[str, Any], request: dict[str, Any], donor: Donor
) -> tuple[dict[str, Any], list[np.ndarray]]:
    recorder = observe.Recorder(request["observe"], request["sown"], donor)
    try:
        with recorder:
            value = program.entry(**inputs)
            header, arrays = answers.encode(value)
    except BaseException as error:
        header, arrays = {"raised": errors.describe(error, program.source)}, []
    trace, trace_arrays = recorder.finish()
    return {**header, "trace": trace}, arrays + trace_arrays


def _transform(
    program: Program, request: dict[str, Any], body: memoryview
) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Answers like a call, but for the trace: no layer is observed."""
    inputs, body = _inputs(request["inputs"], body)
    others, _ = _inputs(request["others"], body)
    try:
        header, arrays = answers.encode(transforms.apply(program.entry, request, inputs, others))
    except BaseException as error:
        header, arrays = {"raised": errors.describe(error, program.source)}, []
    return {**header, "trace": {"complete": True, "layers": [], "unused": [], "sown": []}}, arrays


def _cost(
    program: Program, request: dict[str, Any], body: memoryview
) -> tuple[dict[str, Any], list[np.ndarray]]:
    inputs, _ = _inputs(request["inputs"], body)
    try:
        return {"cost": cost.measure(program.entry, inputs, request["static"])}, []
    except BaseException as error:
        return {"raised": errors.describe(error, program.source)}, []


def _inputs(specs: list[dict[str, Any]], body: memoryview) -> tuple[dict[str, Any], memoryview]:
    """Arrays come to the program as JAX arrays, scalars as Python numbers. And the bytes left."""
    import jax.numpy as jnp

    inputs: dict[str, Any] = {}
    for spec in specs:
        if "value" in spec:
            inputs[spec["name"]] = spec["value"]
        else:
            array, body = frames.take(spec, body)
            inputs[spec["name"]] = jnp.asarray(array)
    return inputs, body


def _initialise(backend: str, x64: bool) -> str:
    import jax

    if x64:
        jax.config.update("jax_enable_x64", True)
    device = jax.devices({"cpu": "cpu", "gpu": "gpu"}[backend])[0]
    return f"{device.platform}:{device.device_kind}"


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            os.write(2, b"(a standard stream could not be flushed)\n")


_OPERATIONS = {"call": _call, "transform": _transform, "cost": _cost}
