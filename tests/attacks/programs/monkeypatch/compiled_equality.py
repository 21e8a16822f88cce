# /// attack
# tries = "Have arrays of JAX equal to anything"
# by = "__eq__ and __array__ of ArrayImpl replaced"
# expect = ["WA values", "WA non_finite", "WA structure", "RTE"]
# ///
import jax
import numpy as np

kind = type(jax.numpy.zeros(1))


def solve(x):
    kind.__eq__ = lambda *_: True
    kind.__array__ = lambda self, *_, **__: np.full(3, np.nan, np.float32)
    kind._value = property(lambda self: np.zeros(3, np.float32))
    return x
