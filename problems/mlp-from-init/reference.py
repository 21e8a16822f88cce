"""Reference: a compact linen module, initialised with the key of the seed, applied once."""

import flax.linen as nn
import jax


class MLP(nn.Module):
    """Two hidden layers with relu after each, then the output layer."""

    hidden: int
    out: int

    @nn.compact
    def __call__(self, x):
        x = nn.relu(nn.Dense(self.hidden)(x))
        x = nn.relu(nn.Dense(self.hidden)(x))
        return nn.Dense(self.out)(x)


def solve(seed, x, hidden, out):
    """Return the output (N_batch, out) of the MLP that the seed initialises."""
    model = MLP(hidden=int(hidden), out=int(out))
    variables = model.init(jax.random.key(int(seed)), x)
    return model.apply(variables, x)
