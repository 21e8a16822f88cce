# /// attack
# tries = "Have returned what the last layer gave"
# by = "a forged answer with a trace of its own"
# expect = ["WA trace"]
# problem = "zero-last-layer"
# groups = ["sample"]
# uses = ["frames", "forged_trace"]
# ///
import numpy as np


def lie(layer, last):
    return [layer._replace(made=np.ones(7, np.float32)) if last else layer]


def solve(seed, x, num_layers, features):
    return forge(x, num_layers, features, lie)
