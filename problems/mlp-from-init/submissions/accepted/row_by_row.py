"""apply is mapped over the rows of x."""

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
    variables = model.init(jax.random.PRNGKey(int(seed)), x[0])
    return jax.vmap(lambda row: model.apply(variables, row))(x)
