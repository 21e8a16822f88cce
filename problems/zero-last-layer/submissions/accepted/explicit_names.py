"""Layers with names of their own: hidden_0, hidden_1, … and out."""

import flax.linen as nn
import jax
import jax.numpy as jnp


class MLP(nn.Module):
    num_layers: int
    features: int

    @nn.compact
    def __call__(self, x):
        for index in range(self.num_layers - 1):
            x = nn.Dense(self.features, name=f"hidden_{index}")(x)
        return nn.Dense(self.features, bias_init=nn.initializers.ones, name="out")(x)


def solve(seed, x, num_layers, features):
    num_layers, features = int(num_layers), int(features)
    model = MLP(num_layers=num_layers, features=features)
    params = model.init(jax.random.PRNGKey(int(seed)), x)["params"]
    params["out"]["kernel"] = jnp.zeros_like(params["out"]["kernel"])
    return model.apply({"params": params}, x)
