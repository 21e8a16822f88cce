"""Public warm-up: compiles a scan of these shapes and what its gradient needs; solves nothing."""

import jax
import jax.numpy as jnp


def warmup(w, b, h0, xs, targets):
    """Scan the inputs through a recurrence that has no weights, and differentiate that."""

    def total(start):
        def step(h, x):
            h = jnp.tanh(h + x)
            return h, h

        return jnp.mean(jax.lax.scan(step, start, xs)[1] - targets)

    pieces = (w @ h0 + b, jnp.zeros_like(w), jnp.outer(h0, b), jnp.mean((xs - targets) ** 2))
    return jax.block_until_ready((jax.grad(total)(h0), pieces))
