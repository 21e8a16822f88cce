# /// attack
# tries = "Remember what it has computed"
# by = "functools.lru_cache by the bytes of the input"
# expect = ["AC"]
# groups = ["one", "more"]
# ///
import functools

import numpy as np


@functools.lru_cache
def double(data):
    return 2 * np.frombuffer(data, np.float32)


def solve(x):
    return double(np.asarray(x).tobytes())
