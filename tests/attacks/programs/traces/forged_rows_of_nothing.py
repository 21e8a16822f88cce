# /// attack
# tries = "Stop the judge by a mapped call without rows"
# by = "a forged answer with a trace of its own"
# expect = ["RTE"]
# problem = "zero-last-layer"
# groups = ["sample"]
# uses = ["frames", "forged_trace"]
# ///
import numpy as np


def lie(layer, last):
    given = np.zeros((0, *layer.given.shape), np.float32)
    return [layer._replace(given=given, made=layer.made[None][:0], rows=2)]


def solve(seed, x, num_layers, features):
    return forge(x, num_layers, features, lie)
