import jax.numpy as jnp


def solve(x):
    shifted = x - jnp.max(x, axis=-1, keepdims=True)
    powers = jnp.exp(shifted)
    return powers / jnp.sum(powers, axis=-1, keepdims=True)
