# /// attack
# tries = "Be a layer by its name"
# by = "a class called Dense of a module called flax.linen"
# expect = ["WA trace"]
# problem = "zero-last-layer"
# groups = ["sample"]
# ///
import flax.linen as nn
import jax.numpy as jnp


Dense = type("Dense", (nn.Module,), {
    "__module__": "flax.linen.linear",
    "__annotations__": {"features": int},
    "__call__": lambda self, x: jnp.ones((x.shape[0], self.features)),
})


def solve(seed, x, num_layers, features):
    return Dense(int(features)).apply({"params": {}}, x)
