import jax
import jax.numpy as jnp


@jax.jit
def gradients(params, xs, targets):
    def loss(params):
        def step(h, x):
            h = jnp.tanh(params["w"] @ h + x + params["b"])
            return h, h

        _, states = jax.lax.scan(step, params["h0"], xs, unroll=2)
        return jnp.mean(jnp.square(states - targets))

    return jax.grad(loss)(params)


def solve(w, b, h0, xs, targets):
    return gradients({"w": w, "b": b, "h0": h0}, xs, targets)
