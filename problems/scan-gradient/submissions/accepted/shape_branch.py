"""An if on a shape is fine: shapes are known while the program is traced."""

import jax
import jax.numpy as jnp


def solve(w, b, h0, xs, targets):
    if xs.shape != targets.shape:
        raise ValueError("one target a step")

    def loss(params):
        def step(h, x):
            h = jnp.tanh(params["w"] @ h + x + params["b"])
            return h, h

        return jnp.mean((jax.lax.scan(step, params["h0"], xs)[1] - targets) ** 2)

    return jax.grad(loss)({"w": w, "b": b, "h0": h0})
