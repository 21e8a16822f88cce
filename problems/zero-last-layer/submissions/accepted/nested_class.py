"""The module's class is defined inside solve and closes over the sizes."""

import flax.linen as nn
import jax
import jax.numpy as jnp


def solve(seed, x, num_layers, features):
    num_layers, features = int(num_layers), int(features)

    class MLP(nn.Module):
        @nn.compact
        def __call__(self, x):
            for index in range(num_layers):
                is_last = index == num_layers - 1
                bias_init = nn.initializers.ones if is_last else nn.initializers.zeros
                x = nn.Dense(features, bias_init=bias_init)(x)
            return x

    model = MLP()
    params = model.init(jax.random.PRNGKey(int(seed)), x)["params"]
    last = f"Dense_{num_layers - 1}"
    kernel = jnp.zeros_like(params[last]["kernel"])
    params = {**params, last: {**params[last], "kernel": kernel}}
    return model.apply({"params": params}, x)
