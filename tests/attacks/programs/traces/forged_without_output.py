# /// attack
# tries = "Have returned what the last layer gave"
# by = "a forged answer with a trace of its own"
# expect = ["WA trace"]
# problem = "zero-last-layer"
# groups = ["sample"]
# uses = ["frames", "forged_trace"]
# ///
def lie(layer, last):
    return [layer._replace(made=None) if last else layer]


def solve(seed, x, num_layers, features):
    return forge(x, num_layers, features, lie)
