"""Public warm-up: compiles what most solutions compile, without the activations."""

import flax.linen as nn
import jax
from flax import nnx


class Stack(nn.Module):
    """Three layers of the widths that the statement gives."""

    hidden: int
    out: int

    @nn.compact
    def __call__(self, x):
        x = nn.Dense(self.hidden)(x)
        x = nn.Dense(self.hidden)(x)
        return nn.Dense(self.out)(x)


def warmup(seed, x, hidden, out):
    """Initialise and apply a stack of layers, in linen and in NNX; relu is compiled beside it."""
    hidden, out = int(hidden), int(out)
    model = Stack(hidden=hidden, out=out)
    variables = model.init(jax.random.PRNGKey(int(seed)), x)
    variables = model.init(jax.random.key(int(seed)), x)
    rngs = nnx.Rngs(int(seed))
    made = x
    for features in (hidden, hidden, out):
        made = nnx.Linear(made.shape[-1], features, rngs=rngs)(made)
        jax.block_until_ready(nn.relu(made))
    return jax.block_until_ready(model.apply(variables, x))
