"""The right numbers, multiplied out instead of applied."""

import flax.linen as nn
import jax
import jax.numpy as jnp


class MLP(nn.Module):
    hidden: int
    out: int

    @nn.compact
    def __call__(self, x):
        x = nn.relu(nn.Dense(self.hidden)(x))
        x = nn.relu(nn.Dense(self.hidden)(x))
        return nn.Dense(self.out)(x)


def solve(seed, x, hidden, out):
    model = MLP(hidden=int(hidden), out=int(out))
    layers = model.init(jax.random.key(int(seed)), x)["params"]
    for index in range(3):
        layer = layers[f"Dense_{index}"]
        x = x @ layer["kernel"] + layer["bias"]
        x = jnp.maximum(x, 0) if index < 2 else x
    return x
