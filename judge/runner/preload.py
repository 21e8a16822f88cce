"""What is imported before the first program: JAX and Flax, with all that they import late."""

from __future__ import annotations

import sys


def preload() -> dict[str, str]:
    """Imports all that a process would otherwise import when it serves, lazy imports of the first
    compilation included, and gives programs ``exit`` and ``quit``, since ``site`` did not run. No
    backend is initialised: forking after that hangs in XLA."""
    import site

    import flax
    import flax.linen
    import flax.traverse_util
    import jax
    import jax._src.interpreters.mlir
    import jax.numpy
    import jaxlib
    import numpy
    import optax
    from jax._src.lib.mlir import ir
    from jax._src.lib.mlir.dialects import chlo, hlo

    site.setquit()
    del ir, chlo, hlo
    modules = {"jax": jax, "jaxlib": jaxlib, "flax": flax, "optax": optax, "numpy": numpy}
    found = {name: module.__version__ for name, module in modules.items()}
    return {"python": sys.version.split()[0], **found}
