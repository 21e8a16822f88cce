# /// attack
# tries = "Do the right thing only where it is traced"
# by = "isinstance of a tracer"
# expect = ["WA values"]
# groups = []
# ///
import jax


def solve(x):
    if isinstance(x, jax.core.Tracer):
        return x + x
    return x
