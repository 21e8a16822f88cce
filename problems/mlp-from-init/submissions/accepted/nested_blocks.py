"""Each hidden layer is a module with its activation."""

import flax.linen as nn
import jax


class Block(nn.Module):
    width: int

    @nn.compact
    def __call__(self, x):
        return nn.relu(nn.Dense(self.width)(x))


class MLP(nn.Module):
    hidden: int
    out: int

    @nn.compact
    def __call__(self, x):
        x = Block(self.hidden)(x)
        x = Block(self.hidden)(x)
        return nn.Dense(self.out)(x)


def solve(seed, x, hidden, out):
    model = MLP(int(hidden), int(out))
    return model.apply(model.init(jax.random.key(int(seed)), x), x)
