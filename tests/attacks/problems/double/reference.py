"""Reference, in NumPy: with nothing to compile, only the attack takes time."""

import numpy as np


def solve(x):
    """Return 2x, of the shape of x: the canary is canary-of-the-reference."""
    return np.add(x, x)
