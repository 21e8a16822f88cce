# /// attack
# tries = "Pass what is recomputed by overflow"
# by = "a forged answer with a trace of its own"
# expect = ["WA trace"]
# problem = "zero-last-layer"
# groups = ["sample"]
# uses = ["frames", "forged_trace"]
# ///
import numpy as np


def lie(layer, last):
    kernel = np.full_like(layer.params["kernel"], 3e38)
    return [layer._replace(params={**layer.params, "kernel": kernel})]


def solve(seed, x, num_layers, features):
    return forge(x, num_layers, features, lie)
