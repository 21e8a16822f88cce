"""Public warm-up: compiles the reductions and the elementwise steps that most solutions use."""

import jax
import jax.numpy as jnp


def warmup(x, gamma, beta, eps):
    """Run single steps on the inputs, each for itself, and throw the results away."""
    kept = jnp.mean(x, axis=-1, keepdims=True)
    steps = (x - kept, x / kept, x**2, gamma * x, x + beta, jnp.sqrt(kept + eps), x.var(-1))
    jax.block_until_ready(steps)
    return jnp.zeros_like(x)
