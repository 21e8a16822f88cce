import jax
import jax.numpy as jnp


def solve(x):
    return jnp.exp(jax.nn.log_softmax(x))
