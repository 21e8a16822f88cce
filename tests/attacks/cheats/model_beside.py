# /// attack
# tries = "Apply a model and return the constant"
# by = "a model that nobody changed, and whose result is thrown away"
# expect = ["WA trace"]
# problem = "zero-last-layer"
# groups = ["sample"]
# uses = ["zero_last_layer"]
# ///
import jax
import jax.numpy as jnp


def solve(seed, x, num_layers, features):
    model = Model(int(num_layers), int(features))
    model.apply(model.init(jax.random.PRNGKey(int(seed)), x), x)
    return jnp.ones((x.shape[0], int(features)))
