import jax
import jax.numpy as jnp


def solve(x):
    return jax.nn.softmax(x.astype(jnp.int32).astype(jnp.float32))
