# /// attack
# tries = "Be observed by itself"
# by = "runner.observe.Recorder.finish replaced"
# expect = ["WA trace", "RTE"]
# problem = "zero-last-layer"
# groups = ["sample"]
# ///
import sys

import numpy as np


def solve(seed, x, num_layers, features):
    observe = next(m for n, m in list(sys.modules.items()) if n.endswith("runner.observe"))
    trace = {"complete": True, "layers": [], "unused": [], "sown": []}
    observe.Recorder.finish = lambda self: (trace, [])
    return np.ones((x.shape[0], int(features)), np.float32)
