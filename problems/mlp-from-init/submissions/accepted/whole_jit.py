"""init and apply in one compiled function."""

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


    @jax.jit
    def run(key, x):
        return model.apply(model.init(key, x), x)

    return run(jax.random.key(int(seed)), x)
