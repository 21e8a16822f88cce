# /// attack
# tries = "Draw random numbers and not use them"
# by = "random, numpy and jax"
# expect = ["AC"]
# ///
import random

import jax
import numpy as np


def solve(x):
    noise = random.random() + np.random.default_rng().normal() + jax.random.normal(jax.random.key(0))
    return x + x + 0 * noise
