"""The parameters are made smaller after init."""

import flax.linen as nn
import jax


class MLP(nn.Module):
    hidden: int
    out: int

    @nn.compact
    def __call__(self, x):
        x = nn.relu(nn.Dense(self.hidden, name="first")(x))
        x = nn.relu(nn.Dense(self.hidden, name="second")(x))
        return nn.Dense(self.out, name="head")(x)


def solve(seed, x, hidden, out):
    model = MLP(hidden=int(hidden), out=int(out))
    variables = model.init(jax.random.key(int(seed)), x)
    variables = jax.tree.map(lambda leaf: 0.9 * leaf, variables)
    return model.apply(variables, x)
