import jax
import jax.numpy as jnp


@jax.jit
def softmax(x):
    powers = jnp.exp(x - jnp.max(x, axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def solve(x):
    return softmax(x)
