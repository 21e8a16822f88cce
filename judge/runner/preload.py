"""What is imported before the first program: JAX and Flax, with all that they import late."""

from __future__ import annotations

import functools
import gc
import sys


def preload() -> dict[str, str]:
    """Imports all that a process would otherwise import when it serves, lazy imports of the first
    compilation included, and gives programs ``exit`` and ``quit``, since ``site`` did not run. No
    backend is initialised: forking after that hangs in XLA. The versions of what programs use."""
    # Of what is imported nothing is garbage. Frozen, it is not looked through again and again
    # while programs run: that took a twelfth of their time, and copied its pages to every fork.
    gc.disable()
    versions = _import()
    gc.freeze()
    gc.enable()
    return versions


def _import() -> dict[str, str]:
    import site

    import flax
    import flax.linen
    import flax.traverse_util
    import jax
    import jax.numpy
    import jaxlib
    import numpy
    import optax
    from jax._src.interpreters import mlir
    from jax._src.lib.mlir import ir
    from jax._src.lib.mlir.dialects import builtin, chlo, hlo, mhlo

    from . import callback_programs, library_programs, shape_checks

    site.setquit()
    # JAX makes a new context for every program that it lowers and loads all dialects into it: a
    # fifth of what a program costs that is found in the compilation cache. One holds them all.
    mlir.make_ir_context = functools.cache(mlir.make_ir_context)  # type: ignore[assignment]
    callback_programs.keep()
    library_programs.keep()
    shape_checks.keep()
    del ir, builtin, chlo, hlo, mhlo
    modules = {"jax": jax, "jaxlib": jaxlib, "flax": flax, "optax": optax, "numpy": numpy}
    found = {name: module.__version__ for name, module in modules.items()}
    return {"python": sys.version.split()[0], **found}
