import jax.numpy as jnp


def solve(x):
    shifted = x - jnp.min(x, axis=-1, keepdims=True) + 1
    return shifted / jnp.sum(shifted, axis=-1, keepdims=True)
