"""Public warm-up: compiles the reductions and the elementwise steps that most solutions use."""

import jax
import jax.numpy as jnp


def warmup(x):
    """Run single steps on x, each for itself, and throw the results away."""
    kept = jnp.max(x, axis=-1, keepdims=True)
    jax.block_until_ready((x - kept, x / kept, jnp.exp(x), jnp.sum(x, axis=-1, keepdims=True)))
    return jnp.zeros_like(x)
