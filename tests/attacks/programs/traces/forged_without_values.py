# /// attack
# tries = "Have applied layers that nobody can recompute"
# by = "a forged answer with a trace of its own"
# expect = ["WA trace"]
# problem = "zero-last-layer"
# groups = ["sample"]
# uses = ["frames", "forged_trace"]
# ///
def lie(layer, last):
    return [layer._replace(given=None, made=None)]


def solve(seed, x, num_layers, features):
    return forge(x, num_layers, features, lie)
