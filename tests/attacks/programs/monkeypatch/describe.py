# /// attack
# tries = "Say another dtype and shape"
# by = "runner.frames.describe replaced"
# expect = ["WA values", "RTE"]
# ///
import sys


def solve(x):
    frames = next(m for n, m in list(sys.modules.items()) if n.endswith("runner.frames"))
    frames.describe = lambda array: {"dtype": "float32", "shape": [3]}
    return x.astype("float16")
