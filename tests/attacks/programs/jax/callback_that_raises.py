# /// attack
# tries = "Leave the callback by an exception"
# by = "SystemExit inside of XLA"
# expect = ["RTE"]
# ///
import jax


def leave(x):
    raise SystemExit(0)


def solve(x):
    return jax.pure_callback(leave, x, x)
