"""The earlier layers live in a module inside the module, so their paths are one level deeper."""

import flax.linen as nn
import jax
import jax.numpy as jnp


class Backbone(nn.Module):
    num_layers: int
    features: int

    @nn.compact
    def __call__(self, x):
        for _ in range(self.num_layers):
            x = nn.Dense(self.features)(x)
        return x


class Network(nn.Module):
    num_layers: int
    features: int

    @nn.compact
    def __call__(self, x):
        x = Backbone(self.num_layers - 1, self.features)(x)
        return nn.Dense(self.features, bias_init=nn.initializers.ones)(x)


def solve(seed, x, num_layers, features):
    model = Network(num_layers=int(num_layers), features=int(features))
    params = model.init(jax.random.PRNGKey(int(seed)), x)["params"]
    head = {**params["Dense_0"], "kernel": jnp.zeros_like(params["Dense_0"]["kernel"])}
    return model.apply({"params": {**params, "Dense_0": head}}, x)
