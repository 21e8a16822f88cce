import jax
import jax.numpy as jnp


def states_of(params, xs):
    def step(h, x):
        h = jnp.tanh(params["w"] @ h + x + params["b"])
        return h, h

    return jax.lax.scan(step, params["h0"], xs)[1]


def solve(w, b, h0, xs, targets):
    states, pull_back = jax.vjp(lambda p: states_of(p, xs), {"w": w, "b": b, "h0": h0})
    (gradients,) = pull_back(2 * (states - targets) / targets.size)
    return gradients
