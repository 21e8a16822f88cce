import flax.linen as nn


def solve(x, gamma, beta, eps):
    layer = nn.LayerNorm(use_fast_variance=False)
    return layer.apply({"params": {"scale": gamma, "bias": beta}}, x)
