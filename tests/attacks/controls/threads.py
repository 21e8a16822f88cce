# /// attack
# tries = "Compute in threads"
# by = "a pool of four"
# expect = ["AC"]
# ///
from concurrent.futures import ThreadPoolExecutor

import numpy as np


def solve(x):
    with ThreadPoolExecutor(4) as pool:
        return np.array(list(pool.map(lambda v: 2 * v, np.asarray(x))), np.float32)
