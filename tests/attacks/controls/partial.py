# /// attack
# tries = "Be called without being a function"
# by = "functools.partial"
# expect = ["AC"]
# ///
import functools


def times(factor, x):
    return factor * x


solve = functools.partial(times, 2)
