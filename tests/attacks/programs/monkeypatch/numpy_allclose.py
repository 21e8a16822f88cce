# /// attack
# tries = "Have every comparison come out equal"
# by = "numpy.allclose, isclose and array_equal replaced"
# expect = ["WA values"]
# ///
import numpy as np

np.allclose = np.array_equal = lambda *_, **__: True
np.isclose = lambda one, *_, **__: np.ones(np.shape(one), bool)
np.testing.assert_allclose = lambda *_, **__: None


def solve(x):
    return x
