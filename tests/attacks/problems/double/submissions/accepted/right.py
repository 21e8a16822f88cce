import numpy as np


def solve(x):
    return 2 * np.asarray(x)
