# /// attack
# tries = "Print from a compiled program"
# by = "jax.debug.print"
# expect = ["AC"]
# ///
import jax


@jax.jit
def solve(x):
    jax.debug.print("x = {}", x)
    return x + x
