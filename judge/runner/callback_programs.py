"""Has JAX's compilation cache keep programs that call back into Python, as observed ones do.

JAX refuses them, as a program once held the address of what it called. It now holds a number: the
same program has the same key in every process, and XLA takes the callbacks of whoever loads it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Sequence
from typing import Any

from jax._src import compiler
from jax._src.lib import xla_client
from jax._src.lib.mlir import ir

_EXPECTED = ("backend", "computation", "devices", "compile_options", "host_callbacks")


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
        if callbacks and type(backend) is xla_client.Client:
            _forget_names(computation)
            backend, callbacks = _Attaching(backend, callbacks), ()
        return original(backend, computation, devices, options, callbacks, *others)

    compiler.compile_or_get_cached = compile_or_get_cached
    return True


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


def _forget_names(module: Any) -> None:
    """Takes the names of the function and of its results out of a program, which compute nothing:
    what a learner calls them would make it another one."""
    with module.context:
        module.operation.attributes["sym_name"] = ir.StringAttr.get("jit_program")
        for function in module.body.operations:
            results = function.attributes.get("res_attrs")
            if results is not None:
                function.attributes["res_attrs"] = ir.ArrayAttr.get(
                    [_without(attributes, "jax.result_info") for attributes in results]
                )


def _without(attributes: Any, name: str) -> Any:
    return ir.DictAttr.get({each.name: each.attr for each in attributes if each.name != name})


def _as_expected(function: Any) -> bool:
    takes = tuple(inspect.signature(function).parameters)[: len(_EXPECTED)] == _EXPECTED
    loads = xla_client.Client.deserialize_executable.__doc__ or ""
    return takes and "host_callbacks" in loads
