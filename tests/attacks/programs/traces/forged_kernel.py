# /// attack
# tries = "Stop the judge by a kernel without axes"
# by = "a forged answer with a trace of its own"
# expect = ["WA trace"]
# problem = "zero-last-layer"
# groups = ["sample"]
# uses = ["frames", "forged_trace"]
# ///
import numpy as np


def lie(layer, last):
    return [layer._replace(params={**layer.params, "kernel": np.float32(0).reshape(())})]


def solve(seed, x, num_layers, features):
    return forge(x, num_layers, features, lie)
