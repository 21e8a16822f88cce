# /// attack
# tries = "Leave the program that is observed"
# by = "io_callback that exits the process"
# expect = ["RTE"]
# ///
import os

import jax


def leave(x):
    os._exit(0)


def solve(x):
    return jax.experimental.io_callback(leave, x, x)
