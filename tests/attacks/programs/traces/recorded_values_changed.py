# /// attack
# tries = "Change what was recorded after it was"
# by = "the arrays in the recorder, found by gc"
# expect = ["WA trace", "WA values"]
# problem = "zero-last-layer"
# groups = ["sample"]
# ///
import gc

import numpy as np


def solve(seed, x, num_layers, features):
    for held in gc.get_objects():
        if type(held).__name__ == "Recorder":
            held._complete = True
            held._arrived = []
    return np.ones((x.shape[0], int(features)), np.float32)
