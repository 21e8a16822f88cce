import jax
import jax.numpy as jnp


def solve(x):
    return jax.nn.one_hot(jnp.argmax(x, axis=-1), x.shape[-1])
