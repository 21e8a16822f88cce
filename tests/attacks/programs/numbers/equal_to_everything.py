# /// attack
# tries = "Be equal to any array"
# by = "a subclass of ndarray with __eq__"
# expect = ["WA structure"]
# ///
import numpy as np


class Equal(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, bool)

    def __sub__(self, other):
        return np.zeros(self.shape)

    def __array_ufunc__(self, *_, **__):
        return np.zeros(self.shape)


def solve(x):
    return np.zeros(3, np.float32).view(Equal)
