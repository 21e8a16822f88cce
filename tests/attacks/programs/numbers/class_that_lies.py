# /// attack
# tries = "Be a jax.Array by its own word"
# by = "a __class__ property"
# expect = ["WA structure", "WA values", "RTE"]
# ///
import jax
import numpy as np


class Array:
    __class__ = jax.Array
    shape, dtype, ndim, size, weak_type = (3,), np.dtype("float32"), 1, 3, False

    def is_deleted(self):
        return False

    def __array__(self, *_, **__):
        return np.zeros(3, np.float32)


def solve(x):
    return Array()
