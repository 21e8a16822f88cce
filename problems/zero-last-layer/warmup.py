"""Public warm-up: compiles what most solutions compile. It changes no parameter."""

import flax.linen as nn
import jax
import jax.numpy as jnp


class Stack(nn.Module):
    """The stack of layers that the statement describes."""

    num_layers: int
    features: int

    @nn.compact
    def __call__(self, x):
        for index in range(self.num_layers):
            is_last = index == self.num_layers - 1
            bias_init = nn.initializers.ones if is_last else nn.initializers.zeros
            x = nn.Dense(self.features, bias_init=bias_init)(x)
        return x


def warmup(seed, x, num_layers, features):
    """Initialise a stack and apply it as it is. Arrays of zeros are made and thrown away."""
    model = Stack(num_layers=int(num_layers), features=int(features))
    variables = model.init(jax.random.key(int(seed)), x)
    variables = model.init(jax.random.PRNGKey(int(seed)), x)
    jax.block_until_ready(jax.tree.map(jnp.zeros_like, variables))
    return jax.block_until_ready(model.apply(variables, x))


def fill_cache(seed, x, num_layers, features):
    """The same with init and apply compiled whole."""
    model = Stack(num_layers=int(num_layers), features=int(features))
    variables = jax.jit(model.init)(jax.random.PRNGKey(int(seed)), x)
    return jax.block_until_ready(jax.jit(model.apply)(variables, x))
