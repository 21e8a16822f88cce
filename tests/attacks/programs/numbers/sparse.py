# /// attack
# tries = "Answer with a promise"
# by = "a sparse matrix"
# expect = ["WA structure"]
# ///
import jax.experimental.sparse as sparse


def solve(x):
    return sparse.BCOO.fromdense(x + x)
