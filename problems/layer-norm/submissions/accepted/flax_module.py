import flax.linen as nn


def solve(x, gamma, beta, eps):
    layer = nn.LayerNorm(epsilon=eps, use_fast_variance=False)
    return layer.apply({"params": {"scale": gamma, "bias": beta}}, x)
