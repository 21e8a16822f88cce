import jax.numpy as jnp


def solve(x):
    powers = jnp.exp(x)
    return jnp.nan_to_num(powers / jnp.sum(powers, axis=-1, keepdims=True))
