"""No class at all: nn.Sequential holds the layers."""

import flax.linen as nn
import jax
import jax.numpy as jnp


def solve(seed, x, num_layers, features):
    num_layers, features = int(num_layers), int(features)
    layers = [nn.Dense(features) for _ in range(num_layers - 1)]
    layers.append(nn.Dense(features, bias_init=nn.initializers.ones))
    model = nn.Sequential(layers)
    params = model.init(jax.random.PRNGKey(int(seed)), x)["params"]
    last = f"layers_{num_layers - 1}"
    kernel = jnp.zeros_like(params[last]["kernel"])
    params = {**params, last: {**params[last], "kernel": kernel}}
    return model.apply({"params": params}, x)
