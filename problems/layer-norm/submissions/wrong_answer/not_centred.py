import jax.numpy as jnp


def solve(x, gamma, beta, eps):
    variance = jnp.var(x, axis=-1, keepdims=True)
    return gamma * x / jnp.sqrt(variance + eps) + beta
