import numpy as np


def solve(x):
    x = np.asarray(x, dtype=np.float64)
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
