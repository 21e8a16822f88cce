# /// attack
# tries = "Stop in a debugger"
# by = "jax.debug.breakpoint and pdb on the channel"
# expect = ["RTE", "TLE", "OLE"]
# wall_s = 1.0
# ///
import pdb


def solve(x):
    pdb.set_trace()
    return x
