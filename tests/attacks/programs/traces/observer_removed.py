# /// attack
# tries = "Not be observed"
# by = "Flax's interceptors cleared"
# expect = ["WA trace", "RTE"]
# problem = "zero-last-layer"
# groups = ["sample"]
# ///
import jax.numpy as jnp


def solve(seed, x, num_layers, features):
    import flax.linen.module as module

    while module._global_interceptor_stack:
        module._global_interceptor_stack.pop()
    return jnp.ones((x.shape[0], int(features)))
