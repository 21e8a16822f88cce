import jax
import jax.numpy as jnp


def loss(params, xs, targets):
    def step(h, x):
        h = jnp.tanh(params["w"] @ h + x + params["b"])
        return h, h

    _, states = jax.lax.scan(step, params["h0"], xs)
    return jnp.mean((states - targets) ** 2, axis=1)


def solve(w, b, h0, xs, targets):
    return jax.grad(loss)({"w": w, "b": b, "h0": h0}, xs, targets)
