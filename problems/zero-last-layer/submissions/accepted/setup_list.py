"""Submodules in a list made by setup(), so the layers are called layers_0, layers_1 and so on."""

import flax.linen as nn
import jax
import jax.numpy as jnp


class MLP(nn.Module):
    num_layers: int
    features: int

    def setup(self):
        hidden = [nn.Dense(self.features) for _ in range(self.num_layers - 1)]
        self.layers = [*hidden, nn.Dense(self.features, bias_init=nn.initializers.ones)]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def solve(seed, x, num_layers, features):
    num_layers, features = int(num_layers), int(features)
    model = MLP(num_layers=num_layers, features=features)
    params = model.init(jax.random.PRNGKey(int(seed)), x)["params"]
    last = f"layers_{num_layers - 1}"
    kernel = jnp.zeros_like(params[last]["kernel"])
    params = {**params, last: {**params[last], "kernel": kernel}}
    return model.apply({"params": params}, x)
