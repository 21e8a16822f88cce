# /// attack
# tries = "Be flattened to what is expected"
# by = "jax.tree_util replaced"
# expect = ["WA structure", "WA values", "RTE"]
# ///
import jax


def solve(x):
    jax.tree_util.tree_flatten_with_path = lambda value: ([((), x)], jax.tree.structure(0))
    return "right"
