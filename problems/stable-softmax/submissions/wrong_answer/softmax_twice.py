import jax


def solve(x):
    return jax.nn.softmax(jax.nn.softmax(x))
