# /// attack
# tries = "Draw the plan again"
# by = "numpy and random seeds near the time"
# expect = ["WA values"]
# ///
import random
import time

import numpy as np


def solve(x):
    now = int(time.time())
    for seed in range(now - 60, now + 60):
        for draw in (np.random.default_rng(seed), np.random.RandomState(seed)):
            drawn = draw.normal(size=x.shape).astype(np.float32)
            if np.allclose(drawn, x):
                return x + x
    random.seed(now)
    return x * random.random()
