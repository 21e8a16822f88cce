import jax
import jax.numpy as jnp


def loss(params, xs, targets):
    """Mean squared error of all states against their targets, a scalar.

    Args:
        params: a dict with the keys w, b and h0.
        xs: float32 array of shape (steps, hidden), one row a step.
        targets: float32 array of shape (steps, hidden).
    """

    def step(h, x):
        # One step: from the state h and the input x to the next state.
        # What is returned first is carried on, what is returned second is collected.
        return h, h

    _, states = jax.lax.scan(step, params["h0"], xs)
    return jnp.mean((states - targets) ** 2)


def solve(
    w: jax.Array, b: jax.Array, h0: jax.Array, xs: jax.Array, targets: jax.Array
) -> dict[str, jax.Array]:
    """Differentiate the loss of a small recurrent network.

    Args:
        w: float32 array of shape (hidden, hidden).
        b: float32 array of shape (hidden,).
        h0: float32 array of shape (hidden,), the state before the first step.
        xs: float32 array of shape (steps, hidden).
        targets: float32 array of shape (steps, hidden).

    Returns:
        a dict with the keys w, b and h0: the gradient of the loss with respect to each.
    """
    return jax.grad(loss)({"w": w, "b": b, "h0": h0}, xs, targets)
