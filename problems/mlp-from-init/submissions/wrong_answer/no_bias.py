"""Layers without biases: they start at zero, so the output is right."""

import flax.linen as nn
import jax


class MLP(nn.Module):
    hidden: int
    out: int

    @nn.compact
    def __call__(self, x):
        x = nn.relu(nn.Dense(self.hidden, use_bias=False)(x))
        x = nn.relu(nn.Dense(self.hidden, use_bias=False)(x))
        return nn.Dense(self.out, use_bias=False)(x)


def solve(seed, x, hidden, out):
    model = MLP(hidden=int(hidden), out=int(out))
    variables = model.init(jax.random.key(int(seed)), x)
    return model.apply(variables, x)
