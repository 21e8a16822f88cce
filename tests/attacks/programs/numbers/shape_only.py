# /// attack
# tries = "Answer with a description"
# by = "jax.ShapeDtypeStruct"
# expect = ["WA structure"]
# ///
import jax


def solve(x):
    return jax.ShapeDtypeStruct(x.shape, x.dtype)
