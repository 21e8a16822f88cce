"""The tree flattened to one dict whose keys are tuples, changed in one place, and folded back."""

import flax.linen as nn
import jax
import jax.numpy as jnp
from flax.traverse_util import flatten_dict, unflatten_dict


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
    flat = flatten_dict(params)
    path = (f"Dense_{num_layers - 1}", "kernel")
    flat[path] = jnp.zeros_like(flat[path])
    return model.apply({"params": unflatten_dict(flat)}, x)
