import jax
import jax.numpy as jnp


def solve(x: jax.Array) -> jax.Array:
    """Turn each row of scores into shares that sum to one.

    Args:
        x: float32 array of shape (rows, columns).

    Returns:
        float32 array of the same shape: the softmax over the last axis.
    """
    # What may you subtract from a row without changing its softmax?
    return jnp.zeros_like(x)
