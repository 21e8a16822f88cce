"""A map over the tree that sees each leaf's path and zeroes the one that matches."""

import flax.linen as nn
import jax
import jax.numpy as jnp


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

    def switch_off(path, leaf):
        names = tuple(entry.key for entry in path)
        return jnp.zeros_like(leaf) if names == target else leaf

    params = jax.tree_util.tree_map_with_path(switch_off, params)
    return model.apply({"params": params}, x)
