"""Reference: builds the MLP, zeroes the last kernel after init, applies."""

import flax.linen as nn
import jax
import jax.numpy as jnp


class MLP(nn.Module):
    """Dense layers with nothing between them; only the last one's bias starts at one."""

    num_layers: int
    features: int

    @nn.compact
    def __call__(self, x):
        for index in range(self.num_layers):
            is_last = index == self.num_layers - 1
            bias_init = nn.initializers.ones if is_last else nn.initializers.zeros
            x = nn.Dense(self.features, bias_init=bias_init)(x)
        return x


def solve(seed, x, num_layers, features):
    """Return the output (N_batch, features) of the MLP with its last kernel zeroed."""
    num_layers = int(num_layers)
    model = MLP(num_layers=num_layers, features=int(features))
    params = model.init(jax.random.PRNGKey(int(seed)), x)["params"]

    last = f"Dense_{num_layers - 1}"
    kernel = jnp.zeros_like(params[last]["kernel"])
    params = {**params, last: {**params[last], "kernel": kernel}}
    return model.apply({"params": params}, x)
