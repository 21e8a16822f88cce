"""The last kernel is zero from the start by kernel_init; nothing is changed after init."""

import flax.linen as nn
import jax


class MLP(nn.Module):
    num_layers: int
    features: int

    @nn.compact
    def __call__(self, x):
        for _ in range(self.num_layers - 1):
            x = nn.Dense(self.features)(x)
        zeros, ones = nn.initializers.zeros, nn.initializers.ones
        return nn.Dense(self.features, kernel_init=zeros, bias_init=ones)(x)


def solve(seed, x, num_layers, features):
    num_layers, features = int(num_layers), int(features)
    model = MLP(num_layers=num_layers, features=features)
    params = model.init(jax.random.PRNGKey(int(seed)), x)["params"]
    return model.apply({"params": params}, x)
