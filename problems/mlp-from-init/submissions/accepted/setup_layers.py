"""Layers made in setup, so that their names are those of attributes."""

import flax.linen as nn
import jax


class MLP(nn.Module):
    hidden: int
    out: int

    def setup(self):
        self.head = nn.Dense(self.out)
        self.layers = [nn.Dense(self.hidden) for _ in range(2)]

    def __call__(self, x):
        for layer in self.layers:
            x = nn.relu(layer(x))
        return self.head(x)


def solve(seed, x, hidden, out):
    model = MLP(hidden=int(hidden), out=int(out))
    variables = model.init(jax.random.PRNGKey(int(seed)), x)
    return model.apply(variables, x)
