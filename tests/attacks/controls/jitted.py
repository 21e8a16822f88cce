# /// attack
# tries = "Compile"
# by = "jax.jit and lax.scan"
# expect = ["AC"]
# ///
import jax


@jax.jit
def solve(x):
    return jax.lax.fori_loop(0, 2, lambda _, total: total + x, 0 * x)
