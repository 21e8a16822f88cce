# /// attack
# tries = "Hold the judge whenever memory is collected"
# by = "a loop in gc.callbacks"
# expect = ["TLE"]
# wall_s = 0.5
# ///
import gc


def spin(*_):
    while True:
        pass


gc.callbacks.append(spin)


def solve(x):
    gc.collect()
    return x + x
