# /// attack
# tries = "Be an array only when asked"
# by = "an object with __array__"
# expect = ["WA structure"]
# ///
import numpy as np


class Lazy:
    shape, dtype, ndim, size = (3,), np.dtype("float32"), 1, 3

    def __array__(self, *_, **__):
        return np.zeros(3, np.float32)

    __jax_array__ = __array__


def solve(x):
    return Lazy()
