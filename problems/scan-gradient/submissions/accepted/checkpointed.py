import jax
import jax.numpy as jnp


def solve(w, b, h0, xs, targets):
    def loss(params):
        @jax.checkpoint
        def step(h, x):
            h = jnp.tanh(params["w"] @ h + x + params["b"])
            return h, h

        return jnp.mean((jax.lax.scan(step, params["h0"], xs)[1] - targets) ** 2)

    return jax.grad(loss)({"w": w, "b": b, "h0": h0})
