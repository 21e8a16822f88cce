# /// attack
# tries = "Answer from outside of the program"
# by = "pure_callback that is not pure"
# expect = ["WA values"]
# ///
import jax
import numpy as np

calls = []


def count(x):
    calls.append(1)
    return np.full(3, len(calls), np.float32)


def solve(x):
    return jax.pure_callback(count, x, x)
