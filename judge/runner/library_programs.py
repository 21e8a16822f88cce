"""Loads what JAX's own functions compile to without tracing and lowering them again.

A program that jits nothing still consists of jitted functions: those of ``jax.numpy``,
``jax.random`` and each primitive. JAX's compilation cache is asked only after a function was traced
and lowered, which takes several times as long as loading what the cache holds. What such a function
compiles to follows from the function, its static arguments and the shapes and dtypes of the others;
so a name of these leads to the executable here. The warm-up, which may write to the cache, stores
what it compiled under that name; everybody else loads it.

Whatever is not known to be JAX's own, as JAX comes, goes JAX's own way: functions of anybody else,
arguments that are traced or placed on a device, a changed configuration, anything that has effects.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import json
import sys
import tempfile
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jax._src import compilation_cache, compiler, config, core, pjit, xla_bridge
from jax._src.interpreters import pxla
from jax._src.lib import xla_client
from jax._src.sharding_impls import SingleDeviceSharding

from .callback_programs import fills_cache
from .library_names import Foreign, Names
from .wrapping import code_in


@dataclass(frozen=True)
class _Ready:
    """An executable that is loaded, in place of a function that was traced, and the structure of
    what it returns."""

    executable: Any
    tree: Any


class _Named(pjit.PjitParams):
    """A traced function that is to be stored under a name once it is compiled."""

    name: str


# What ``_get_fastpath_data`` asks a traced function for.
_NO_EFFECTS = types.SimpleNamespace(effects=frozenset(), consts=())


def keep() -> bool:
    """Has JAX load its own functions from now on. False where this JAX is not built as that needs;
    then nothing is changed."""
    if not _as_expected():
        return False
    library = _Library()
    infer, run = pjit._infer_params, pjit._run_python_pjit
    # What C++ calls where it knows no executable; decorated, so it is not to be had by its name.
    caller = code_in(pjit._cpp_pjit, "cache_miss")

    def infer_params(fun: Any, info: Any, args: Any, kwargs: Any) -> Any:
        # Others ask in order to look at the traced function itself.
        if sys._getframe(1).f_code is not caller:
            return infer(fun, info, args, kwargs)
        try:
            name, dynamic, avals = library.names.of_call(fun, info, args, kwargs)
            ready = library.load(name, avals)
        except Exception:
            # Foreign, or called wrongly, which JAX says better.
            return infer(fun, info, args, kwargs)
        if ready is not None:
            return ready, dynamic
        params, arguments = infer(fun, info, args, kwargs)
        if fills_cache():
            params = _Named(*params)
            params.name = name
        return params, arguments

    def run_python_pjit(params: Any, args_flat: Any, *others: Any) -> Any:
        if isinstance(params, _Ready):
            flat = params.executable.unsafe_call(*args_flat)
            outs = params.tree.unflatten(flat)
            return (
                outs, flat, params.tree, args_flat, _NO_EFFECTS, params.executable, None, []
            )  # fmt: skip
        done = run(params, args_flat, *others)
        if isinstance(params, _Named):
            library.store(params, done[5], args_flat, done[1])
        return done

    pjit._infer_params = infer_params
    pjit._run_python_pjit = run_python_pjit
    library.remember_what_is_loaded()
    return True


class _Library:
    """The stored executables of JAX's own functions."""

    def __init__(self) -> None:
        self.names = Names()
        self._loaded_as: dict[int, tuple[Any, str]] = {}

    def load(self, name: str, avals: tuple[Any, ...]) -> _Ready | None:
        """The executable of that name; None where there is none."""
        try:
            with open(self._path(name), "rb") as file:  # noqa: PTH123 - a path costs more
                head, _, body = file.read().partition(b"\n")
        except OSError:
            return None
        try:
            return self._loaded(json.loads(head), body, avals)
        except Exception:
            # It was cut off, or another version of XLA wrote it.
            return None

    def _loaded(self, told: dict[str, Any], body: bytes, avals: tuple[Any, ...]) -> _Ready:
        backend = xla_bridge.get_backend()
        devices = xla_client.DeviceList((backend.local_devices()[0],))
        loaded = backend.deserialize_executable(body, devices, _compile_options(backend))
        kept = told["kept"]
        out_avals = [self.names.aval_of(each) for each in told["outputs"]]
        placed = SingleDeviceSharding(devices[0])
        executable = pxla.UnloadedMeshExecutable(
            xla_executable=loaded,
            device_list=devices,
            backend=backend,
            input_avals=[avals[index] for index in kept],
            input_shardings=[placed] * len(kept),
            output_avals=out_avals,
            output_shardings=[placed] * len(out_avals),
            committed=False,
            name=told["name"],
            unordered_effects=[],
            ordered_effects=[],
            keepalive=None,
            host_callbacks=[],
            kept_var_idx=set(kept),
            mut=None,
            xla_in_layouts=[None] * len(kept),
            dispatch_in_layouts=[None] * len(kept),
            xla_out_layouts=[None] * len(out_avals),
            all_args_info=None,
            pgle_profiler=None,
        ).load()
        tree = jax.tree.structure(0 if told["leaf"] else (0,) * len(out_avals))
        return _Ready(executable, tree)

    def store(self, params: _Named, executable: Any, arguments: Any, outputs: Any) -> None:
        """Stores what a function was compiled to, where it is as simple as ``load`` assumes and
        computes, once loaded, the same to the bit."""
        path = Path(self._path(params.name))
        if path.exists() or not isinstance(executable, pxla.MeshExecutable):
            return
        told = self._told(params, executable, len(arguments))
        if told is None:
            return
        try:
            body = self._serialised(executable)
            avals = tuple(core.shaped_abstractify(each) for each in arguments)
            again = self._loaded(told, body, avals).executable.unsafe_call(*arguments)
        except jax.errors.JaxRuntimeError:
            # XLA cannot store every program: one that sorts, for example.
            return
        if [_bits(each) for each in again] != [_bits(each) for each in outputs]:
            return
        # Where a program made JAX believe that it may write, it may not.
        with contextlib.suppress(OSError):
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(json.dumps(told).encode() + b"\n" + body)
            made = Path(file.name)
            made.chmod(0o644)
            made.replace(path)

    def remember_what_is_loaded(self) -> None:
        """In a process that writes: XLA cannot store again what it has loaded itself, so remember
        under which key JAX's own cache has it."""
        load = compilation_cache.get_executable_and_time

        @functools.wraps(load)
        def get_executable_and_time(key: str, *others: Any, **options: Any) -> Any:
            found = load(key, *others, **options)
            if found[0] is not None and fills_cache():
                self._loaded_as[id(found[0])] = found[0], key
            return found

        compilation_cache.get_executable_and_time = get_executable_and_time

    def _serialised(self, executable: Any) -> bytes:
        _, key = self._loaded_as.get(id(executable.xla_executable), (None, None))
        if key is None:
            return bytes(executable.xla_executable.serialize())
        kept = compilation_cache._get_cache(xla_bridge.get_backend()).get(key)
        body, _ = compilation_cache.extract_executable_and_time(
            compilation_cache.decompress_executable(kept)
        )
        return bytes(body)

    def _told(self, params: _Named, executable: Any, arguments: int) -> dict[str, Any] | None:
        closed, unloaded = params.params["jaxpr"], executable._unloaded_executable
        leaf = params.out_tree == jax.tree.structure(0)
        count = len(executable.out_avals)
        simple = (
            not closed.effects
            and not closed.consts
            and not params.consts
            and not closed.jaxpr.is_high
            and len(unloaded.device_list) == 1
            and not unloaded.committed
            and not unloaded.host_callbacks
            and not unloaded.unordered_effects
            and not unloaded.ordered_effects
            and executable._mut is None
            and len(executable.in_avals) == len(executable._kept_var_idx)
            and max(executable._kept_var_idx, default=-1) < arguments
            and all(layout is None for layout in executable._dispatch_in_layouts)
            and (leaf or params.out_tree == jax.tree.structure((0,) * count))
        )
        if not simple:
            return None
        try:
            outputs = [self.names.of_aval(each) for each in executable.out_avals]
        except Foreign:
            return None
        kept = sorted(executable._kept_var_idx)
        return {"name": unloaded.name, "kept": kept, "outputs": outputs, "leaf": leaf}

    def _path(self, name: str) -> str:
        return f"{config.compilation_cache_dir.value}/jax-{name}"


def _bits(value: Any) -> bytes:
    return np.asarray(getattr(value, "_base_array", value)).tobytes()


_options: dict[int, Any] = {}


def _compile_options(backend: Any) -> Any:
    if id(backend) not in _options:
        devices = np.array([[backend.local_devices()[0]]])
        _options[id(backend)] = compiler.get_compile_options(1, 1, devices, backend=backend)
    return _options[id(backend)]


def _as_expected() -> bool:
    try:
        infer = list(inspect.signature(pjit._infer_params).parameters)
        run = list(inspect.signature(pjit._run_python_pjit).parameters)
        parameters = inspect.signature(pxla.UnloadedMeshExecutable).parameters
    except (AttributeError, TypeError, ValueError):
        return False
    return (
        infer == ["fun", "ji", "args", "kwargs"]
        and run == ["p", "args_flat", "fun", "args", "kwargs"]
        and len(parameters) == 20
        and code_in(pjit._cpp_pjit, "cache_miss") is not None
    )
