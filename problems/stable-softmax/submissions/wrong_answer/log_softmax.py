import jax


def solve(x):
    return jax.nn.log_softmax(x, axis=-1)
