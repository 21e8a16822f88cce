"""A module whose last layer is an attribute of its own, called head."""

import flax.linen as nn
import jax
import jax.numpy as jnp


class MLP(nn.Module):
    num_layers: int
    features: int

    def setup(self):
        self.hidden = [nn.Dense(self.features) for _ in range(self.num_layers - 1)]
        self.head = nn.Dense(self.features, bias_init=nn.initializers.ones)

    def __call__(self, x):
        for layer in self.hidden:
            x = layer(x)
        return self.head(x)


def solve(seed, x, num_layers, features):
    num_layers, features = int(num_layers), int(features)
    model = MLP(num_layers=num_layers, features=features)
    params = model.init(jax.random.PRNGKey(int(seed)), x)["params"]
    head = {**params["head"], "kernel": jnp.zeros_like(params["head"]["kernel"])}
    return model.apply({"params": {**params, "head": head}}, x)
