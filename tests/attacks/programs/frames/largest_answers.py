# /// attack
# tries = "Fill the memory of the judge, which keeps answers until it is done"
# by = "200 MB case after case, each below the limit of one answer"
# expect = ["OLE"]
# groups = ["one", "more"]
# ///
import numpy as np

LARGE = np.zeros(50_000_000, np.float32)


def solve(x):
    return LARGE
