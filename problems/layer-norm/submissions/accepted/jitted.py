import jax
import jax.numpy as jnp


@jax.jit
def layer_norm(x, gamma, beta, eps):
    mean = jnp.mean(x, axis=-1, keepdims=True)
    variance = jnp.var(x, axis=-1, keepdims=True)
    return gamma * (x - mean) / jnp.sqrt(variance + eps) + beta


def solve(x, gamma, beta, eps):
    return layer_norm(x, gamma, beta, eps)
