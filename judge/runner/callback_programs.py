"""Has JAX's compilation cache keep programs that call back into Python, as observed ones do.

JAX refuses them, as a program once held the address of what it called. It now holds a number: the
same program has the same key in every process, and XLA takes the callbacks of whoever loads it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Sequence
from typing import Any

from jax._src import compiler, config
from jax._src.lib import xla_client
from jax._src.lib.mlir import ir, passmanager

_EXPECTED = ("backend", "computation", "devices", "compile_options", "host_callbacks")
_EMPTY_MESH = "empty_mesh"


def keep() -> bool:
    """Has the cache take and give such programs from now on. False where this JAX is not built as
    that needs; then nothing is changed, and they are compiled anew in each process."""
    original = getattr(compiler, "compile_or_get_cached", None)
    if original is None or not _as_expected(original):
        return False

    @functools.wraps(original)
    def compile_or_get_cached(
        backend: Any, computation: Any, devices: Any, options: Any, callbacks: Any, *others: Any
    ) -> Any:
        if fills_cache():
            _forget_locations(computation)
        if callbacks and len(devices) == 1 and type(backend) is xla_client.Client:
            _normalise(computation)
            backend, callbacks = _Attaching(backend, callbacks), ()
        return original(backend, computation, devices, options, callbacks, *others)

    compiler.compile_or_get_cached = compile_or_get_cached
    return True


def fills_cache() -> bool:
    """Whether this process writes to the compilation cache, as the trusted warm-up does."""
    return bool(config.persistent_cache_min_compile_time_secs.value <= 0)


class _Attaching:
    """A client of XLA's that attaches the callbacks to the program that it compiles or loads."""

    def __init__(self, client: Any, callbacks: Sequence[Any]) -> None:
        self._client = client
        self._callbacks = callbacks

    def compile_and_load(self, *program: Any, **options: Any) -> Any:
        return self._client.compile_and_load(*program, **options, host_callbacks=self._callbacks)

    def deserialize_executable(self, *program: Any, **options: Any) -> Any:
        return self._client.deserialize_executable(
            *program, **options, host_callbacks=self._callbacks
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


def _normalise(module: Any) -> None:
    """Takes out of a program of one device what computes nothing, and would make the same program
    another one to the cache."""
    with module.context:
        _forget_names(module)
        meshes = [each for each in module.body.operations if _is_empty_mesh(each)]
        if meshes:
            _forget_constraints(module)
            if f"<@{_EMPTY_MESH}" not in str(module):
                for mesh in meshes:
                    mesh.erase()


def _forget_locations(module: Any) -> None:
    """Where each operation was written. No key knows it, but whoever loads what was compiled would
    have to read it: a third of what is stored."""
    with module.context:
        stripping = passmanager.PassManager.parse("builtin.module(strip-debuginfo)")
        stripping.run(module.operation)


def _forget_names(module: Any) -> None:
    """Those of the function and of its results, which a learner chooses."""
    module.operation.attributes["sym_name"] = ir.StringAttr.get("jit_program")
    for function in module.body.operations:
        results = function.attributes.get("res_attrs")
        if results is not None:
            function.attributes["res_attrs"] = ir.ArrayAttr.get(
                [_without(attributes, "jax.result_info") for attributes in results]
            )


def _without(attributes: Any, name: str) -> Any:
    return ir.DictAttr.get({each.name: each.attr for each in attributes if each.name != name})


def _is_empty_mesh(operation: Any) -> bool:
    return operation.name == "sdy.mesh" and operation.attributes["sym_name"].value == _EMPTY_MESH


def _forget_constraints(module: Any) -> None:
    """Those to a mesh without axes, which ``jax.random.key`` makes and ``PRNGKey`` does not."""
    found = []

    def visit(operation: Any) -> Any:
        if operation.name == "sdy.sharding_constraint" and _EMPTY_MESH in str(
            operation.attributes["sharding"]
        ):
            found.append(operation)
        return ir.WalkResult.ADVANCE

    module.operation.walk(visit)
    for operation in found:
        operation.results[0].replace_all_uses_with(operation.operands[0])
        operation.erase()


def _as_expected(function: Any) -> bool:
    takes = tuple(inspect.signature(function).parameters)[: len(_EXPECTED)] == _EXPECTED
    loads = xla_client.Client.deserialize_executable.__doc__ or ""
    return takes and "host_callbacks" in loads
