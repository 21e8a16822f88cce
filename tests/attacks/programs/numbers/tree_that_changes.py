# /// attack
# tries = "Be another tree each time"
# by = "a registered class that flattens differently"
# expect = ["WA structure", "WA values"]
# ///
import jax

calls = []


class Changing:
    pass


def flatten(_):
    calls.append(1)
    return [0.0] * len(calls), None


jax.tree_util.register_pytree_node(Changing, flatten, lambda *_: Changing())


def solve(x):
    return Changing()
