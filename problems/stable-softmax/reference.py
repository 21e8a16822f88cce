"""Reference: the softmax of each row, shifted by the row's largest score."""

import jax.numpy as jnp


def solve(x):
    """Return the softmax of x (rows, columns) over the last axis."""
    powers = jnp.exp(x - jnp.max(x, axis=-1, keepdims=True))
    return powers / jnp.sum(powers, axis=-1, keepdims=True)
