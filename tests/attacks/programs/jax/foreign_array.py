# /// attack
# tries = "Return memory that is not there"
# by = "dlpack of an address"
# expect = ["RTE", "WA structure", "WA values"]
# ///
import jax.numpy as jnp
import numpy as np


class Capsule:
    def __dlpack__(self, **_):
        return np.zeros(3, np.float32).__dlpack__()

    def __dlpack_device__(self):
        return (1, 0)


def solve(x):
    return jnp.from_dlpack(Capsule())
