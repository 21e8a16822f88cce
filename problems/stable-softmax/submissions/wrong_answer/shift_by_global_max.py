import jax.numpy as jnp


def solve(x):
    powers = jnp.exp(x - jnp.max(x))
    return powers / jnp.sum(powers, axis=-1, keepdims=True)
