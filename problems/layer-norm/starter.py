import jax
import jax.numpy as jnp


def solve(x: jax.Array, gamma: jax.Array, beta: jax.Array, eps: float) -> jax.Array:
    """Normalise each row of x, then scale and shift it.

    Args:
        x: float32 array of shape (rows, features).
        gamma: float32 array of shape (features,), the scale.
        beta: float32 array of shape (features,), the shift.
        eps: what is added to the variance.

    Returns:
        float32 array of shape (rows, features).
    """
    # 1. Subtract from each row its mean.
    # 2. Divide by the square root of its variance plus eps.
    # 3. Scale by gamma, then shift by beta, and return that instead of this:
    return jnp.zeros_like(x)
