# /// attack
# tries = "Hide a part in complex numbers"
# by = "a forged answer with a trace of its own"
# expect = ["WA trace"]
# problem = "zero-last-layer"
# groups = ["sample"]
# uses = ["frames", "forged_trace"]
# ///
import numpy as np


def lie(layer, last):
    return [layer._replace(params={n: v.astype(np.complex64) + 1j for n, v in layer.params.items()})]


def solve(seed, x, num_layers, features):
    return forge(x, num_layers, features, lie)
