import numpy as np


def solve(x, gamma, beta, eps):
    wide = np.asarray(x, dtype=np.float64)
    centred = wide - wide.mean(axis=-1, keepdims=True)
    normalised = centred / np.sqrt(centred.var(axis=-1, keepdims=True) + eps)
    return (np.asarray(gamma) * normalised + np.asarray(beta)).astype(np.float32)
