"""Flax's own path_aware_map, which hands over the path as a tuple of names."""

import flax.linen as nn
import jax
import jax.numpy as jnp
from flax.traverse_util import path_aware_map


class MLP(nn.Module):
    num_layers: int
    features: int

    @nn.compact
    def __call__(self, x):
        for _ in range(self.num_layers - 1):
            x = nn.Dense(self.features)(x)
        return nn.Dense(self.features, bias_init=nn.initializers.ones)(x)


def solve(seed, x, num_layers, features):
    num_layers, features = int(num_layers), int(features)
    model = MLP(num_layers=num_layers, features=features)
    params = model.init(jax.random.PRNGKey(int(seed)), x)["params"]
    target = (f"Dense_{num_layers - 1}", "kernel")
    params = path_aware_map(
        lambda path, leaf: jnp.zeros_like(leaf) if path == target else leaf, params
    )
    return model.apply({"params": params}, x)
