# /// attack
# tries = "Bring objects along"
# by = "an array of objects"
# expect = ["WA structure"]
# ///
import numpy as np


class Equal:
    def __eq__(self, other):
        return True


def solve(x):
    return np.array([Equal()] * 3, object)
