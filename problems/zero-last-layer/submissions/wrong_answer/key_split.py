"""The key is split before init, so the layers draw other numbers than the task asks for."""

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
    _, init_key = jax.random.split(jax.random.PRNGKey(int(seed)))
    params = model.init(init_key, x)["params"]
    last = f"Dense_{num_layers - 1}"
    kernel = jnp.zeros_like(params[last]["kernel"])
    params = {**params, last: {**params[last], "kernel": kernel}}
    return model.apply({"params": params}, x)
