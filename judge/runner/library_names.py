"""Names for calls of JAX's own functions: all that decides what such a call compiles to."""

from __future__ import annotations

import hashlib
import os
import types
from enum import Enum
from typing import Any

import jax
import numpy as np
from jax._src import config, core, dtypes, literals, pjit
from jax._src.array import ArrayImpl
from jax._src.interpreters import mlir
from jax._src.lib import jax_jit
from jax._src.numpy import scalar_types
from jax._src.random import prng
from jax._src.sharding_impls import UNSPECIFIED
from jax._src.tree_util import tracing_registry

_JAX = os.path.dirname(jax.__file__) + os.sep  # noqa: PTH120 - as code objects name their files
_FORMAT = 1
_VALUES = (bool, int, float, complex, np.ndarray, literals.TypedNdArray)
# ``jax.numpy.float32`` and the like.
_SCALARS = {id(each) for each in vars(scalar_types).values() if hasattr(each, "dtype")}


class Foreign(Exception):
    """Something that is not known to be JAX's own, as JAX comes; it has no name."""


class Names:
    """Names of calls, and of the types of what goes in and comes out. Make it before any program
    runs: what is registered and configured by then is JAX's own."""

    def __init__(self) -> None:
        self._primitives = {id(each): each for each in mlir._lowerings}
        for rules in mlir._platform_specific_lowerings.values():
            self._primitives |= {id(each): each for each in rules}
        self._context = config.trace_context()
        self._implementations = {id(each): each for each in prng.prngs.values()}

    def of_call(
        self, fun: Any, info: Any, args: Any, kwargs: Any
    ) -> tuple[str, list[Any], tuple[Any, ...]]:
        """The name of a call, its dynamic arguments and their types. Raises Foreign."""
        if not config.enable_compilation_cache.value or not config.compilation_cache_dir.value:
            raise Foreign
        if not core.trace_state_clean():
            raise Foreign
        if config.trace_context() != self._context or not _plain(info):
            raise Foreign
        if config.default_device.value is not None or not pjit.get_ctx_mesh(False).empty:
            raise Foreign
        if config.debug_nans.value or config.debug_infs.value or config.debug_key_reuse.value:
            raise Foreign
        signature, dynamic = jax_jit.parse_arguments(
            args,
            tuple(kwargs.values()),
            tuple(kwargs.keys()),
            info.static_argnums,
            info.static_argnames,
            tracing_registry,
        )
        for each in dynamic:
            _require_unplaced(each)
        avals = tuple(core.shaped_abstractify(each) for each in dynamic)
        name = (
            _FORMAT,
            self.of_function(fun),
            self.of_value(tuple(signature.static_args)),
            self.of_value(tuple(signature.static_arg_names)),
            [str(each) for each in signature.dynamic_arg_treedefs],
            self.of_value(tuple(signature.dynamic_arg_names)),
            [self.of_aval(each) for each in avals],
        )
        return hashlib.sha256(repr(name).encode()).hexdigest(), dynamic, avals

    def of_aval(self, aval: Any) -> list[Any]:
        """The type of an array, in JSON. Raises Foreign."""
        if type(aval) is not core.ShapedArray or not all(type(n) is int for n in aval.shape):
            raise Foreign
        if not aval.sharding.mesh.empty:
            raise Foreign
        return [list(aval.shape), self._dtype(aval.dtype), bool(aval.weak_type)]

    def aval_of(self, word: list[Any]) -> Any:
        """The type that ``of_aval`` named."""
        shape, dtype, weak = word
        if dtype.startswith("key:"):
            made: Any = prng.KeyTy(prng.prngs[dtype.removeprefix("key:")])
        else:
            made = np.dtype(getattr(dtypes, dtype, None) or dtype)
        return core.ShapedArray(tuple(shape), made, weak_type=weak)

    def of_function(self, fun: Any) -> Any:
        """A name of a function of JAX's own that says what it computes. Raises Foreign."""
        if type(fun) is not types.FunctionType:
            raise Foreign
        code = fun.__code__
        # Two lambdas can stand on one line.
        if not code.co_filename.startswith(_JAX) or code.co_name == "<lambda>":
            raise Foreign
        cells = zip(code.co_freevars, fun.__closure__ or (), strict=True)
        held = [(name, self.of_value(cell.cell_contents)) for name, cell in cells]
        defaults = self.of_value(fun.__defaults__), self.of_value(fun.__kwdefaults__)
        return code.co_filename[len(_JAX) :], code.co_firstlineno, code.co_name, held, defaults

    def _dtype(self, dtype: Any) -> str:
        if isinstance(dtype, prng.KeyTy):
            if id(dtype._impl) not in self._implementations:
                raise Foreign
            return f"key:{dtype._impl.name}"
        if not isinstance(dtype, np.dtype):
            raise Foreign
        return dtype.name

    def of_value(self, value: Any) -> Any:
        """A static value in words that no other value has. Raises Foreign."""
        kind = type(value)
        if value is None or kind in (bool, int, str):
            return value
        if kind is float:
            return "float", value.hex()
        if kind in (tuple, list) or (isinstance(value, tuple) and hasattr(value, "_fields")):
            return kind.__name__, [self.of_value(each) for each in value]
        if kind is dict:
            return "dict", [(self.of_value(k), self.of_value(v)) for k, v in value.items()]
        if isinstance(value, Enum):
            return kind.__module__, kind.__qualname__, value.name
        if isinstance(value, (np.dtype, prng.KeyTy)):
            return "dtype", self._dtype(value)
        if isinstance(value, type) and issubclass(value, (np.generic, bool, int, float, complex)):
            return "type", value.__module__, value.__qualname__
        if id(value) in _SCALARS:
            return "scalar", value.dtype.name
        if isinstance(value, prng.PRNGImpl) and id(value) in self._implementations:
            return "prng", value.name
        if isinstance(value, core.Primitive) and self._primitives.get(id(value)) is value:
            return "primitive", str(value)
        raise Foreign


def _plain(info: Any) -> bool:
    """Whether a jitted function has nothing beside static arguments."""
    return (
        info.in_shardings_leaves == (UNSPECIFIED,)
        and info.out_shardings_leaves == (UNSPECIFIED,)
        and all(each is None for each in (*info.in_layouts_leaves, *info.out_layouts_leaves))
        and not info.donate_argnums
        and not info.donate_argnames
        and info.device is None
        and info.backend is None
        and not info.keep_unused
        and not info.use_resource_env
        and not info.compiler_options_kvs
    )


def _require_unplaced(value: Any) -> None:
    """Raises Foreign for what is traced, or lies on a device that somebody chose."""
    if isinstance(value, prng.PRNGKeyArray):
        value = value._base_array
    if type(value) is ArrayImpl:
        if value._committed or len(value.sharding.device_set) != 1:
            raise Foreign
    elif type(value) not in _VALUES and not isinstance(value, np.generic):
        raise Foreign
