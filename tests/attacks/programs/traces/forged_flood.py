# /// attack
# tries = "Fill the judge with layers"
# by = "a forged answer with a trace of its own"
# expect = ["WA trace", "RTE"]
# problem = "zero-last-layer"
# groups = ["sample"]
# uses = ["frames", "forged_trace"]
# ///
def lie(layer, last):
    return [layer._replace(params={}, given=None, made=None)] * 5000 + [layer]


def solve(seed, x, num_layers, features):
    return forge(x, num_layers, features, lie)
