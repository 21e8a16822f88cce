# /// attack
# tries = "Agree with everything by NaN"
# by = "a forged answer with a trace of its own"
# expect = ["WA trace"]
# problem = "zero-last-layer"
# groups = ["sample"]
# uses = ["frames", "forged_trace"]
# ///
import numpy as np


def lie(layer, last):
    kernel = np.full_like(layer.params["kernel"], np.nan)
    made = np.full_like(layer.made, np.nan)
    return [layer._replace(params={**layer.params, "kernel": kernel}, made=made)]


def solve(seed, x, num_layers, features):
    return forge(x, num_layers, features, lie)
