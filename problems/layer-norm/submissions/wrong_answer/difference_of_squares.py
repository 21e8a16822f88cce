import jax.numpy as jnp


def solve(x, gamma, beta, eps):
    mean = jnp.mean(x, axis=-1, keepdims=True)
    variance = jnp.mean(x**2, axis=-1, keepdims=True) - mean**2
    return gamma * (x - mean) / jnp.sqrt(variance + eps) + beta
