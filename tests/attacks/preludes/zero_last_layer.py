# A right program for the problem zero-last-layer, as `right`.
import flax.linen as nn
import jax
import jax.numpy as jnp


class Model(nn.Module):
    layers: int
    features: int

    @nn.compact
    def __call__(self, x):
        for index in range(self.layers):
            last = index == self.layers - 1
            bias = nn.initializers.ones if last else nn.initializers.zeros
            x = nn.Dense(self.features, bias_init=bias)(x)
        return x


def right(seed, x, num_layers, features):
    model = Model(int(num_layers), int(features))
    params = model.init(jax.random.PRNGKey(int(seed)), x)["params"]
    last = f"Dense_{int(num_layers) - 1}"
    kernel = jnp.zeros_like(params[last]["kernel"])
    return model.apply({"params": {**params, last: {**params[last], "kernel": kernel}}}, x)
