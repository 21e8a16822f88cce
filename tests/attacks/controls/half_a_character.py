# /// attack
# tries = "Name a layer by what is no text"
# by = "a lone surrogate in a module's name"
# expect = ["AC"]
# ///
import flax.linen as nn
import jax


def solve(x):
    layer = nn.Dense(1, name="\ud800")
    layer.apply(layer.init(jax.random.key(0), x), x)
    return x + x
