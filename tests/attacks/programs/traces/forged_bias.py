# /// attack
# tries = "Stop the judge by a bias of another shape"
# by = "a forged answer with a trace of its own"
# expect = ["WA trace"]
# problem = "zero-last-layer"
# groups = ["sample"]
# uses = ["frames", "forged_trace"]
# ///
import numpy as np


def lie(layer, last):
    return [layer._replace(params={**layer.params, "bias": np.zeros((5, 1, 3), np.float32)})]


def solve(seed, x, num_layers, features):
    return forge(x, num_layers, features, lie)
