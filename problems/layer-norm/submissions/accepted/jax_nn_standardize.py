import jax


def solve(x, gamma, beta, eps):
    return gamma * jax.nn.standardize(x - x.mean(-1, keepdims=True), axis=-1, epsilon=eps) + beta
