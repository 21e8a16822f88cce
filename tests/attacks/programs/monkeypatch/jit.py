# /// attack
# tries = "Have the judge's transformations do nothing"
# by = "jax.jit, vmap and grad replaced"
# expect = ["WA values"]
# groups = []
# ///
import jax

jax.jit = jax.vmap = jax.grad = lambda function, *_, **__: function


def solve(x):
    return x
