"""Public warm-up: compiles the steps that most solutions use. It solves nothing."""

import jax
import jax.numpy as jnp


def warmup(x):
    """Run single steps on x, each for itself, and throw the results away."""
    kept = jnp.sum(x, axis=-1, keepdims=True)
    jax.block_until_ready((kept, jnp.mean(x, axis=-1, keepdims=True), kept / 2, x - kept))
    return jnp.zeros_like(x)
