import jax
import jax.numpy as jnp


def solve(x):
    return jnp.squeeze(jax.nn.softmax(x))
