import jax
import jax.numpy as jnp


def solve(w, b, h0, xs, targets):
    def loss(params):
        h, total = params["h0"], 0.0
        for x, y in zip(xs, targets):
            h = jnp.tanh(params["w"] @ h + x + params["b"])
            total = total + jnp.sum((h - y) ** 2)
        return total / targets.size

    return jax.grad(loss)({"w": w, "b": b, "h0": h0})
