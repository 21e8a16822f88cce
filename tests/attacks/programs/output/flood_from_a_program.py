# /// attack
# tries = "Print from compiled code"
# by = "jax.debug.print in a loop"
# expect = ["OLE"]
# ///
import jax


def solve(x):
    def step(_, v):
        jax.debug.print("{} {}", "x" * 4000, v)
        return v

    return jax.lax.fori_loop(0, 1 << 20, step, x + x)
