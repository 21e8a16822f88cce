# /// attack
# tries = "Do the right thing only where nobody looks"
# by = "a look at Flax's interceptors"
# expect = ["WA trace"]
# problem = "zero-last-layer"
# groups = ["sample"]
# uses = ["zero_last_layer"]
# ///
import jax.numpy as jnp


def solve(seed, x, num_layers, features):
    import flax.linen.module as module

    if module._global_interceptor_stack:
        return jnp.ones((x.shape[0], int(features)))
    return right(seed, x, num_layers, features)
