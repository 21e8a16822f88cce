# /// attack
# tries = "Agree with everything by having no elements"
# by = "a forged answer with a trace of its own"
# expect = ["WA trace"]
# problem = "zero-last-layer"
# groups = ["sample"]
# uses = ["frames", "forged_trace"]
# ///
def lie(layer, last):
    return [layer._replace(params={n: v[:0] for n, v in layer.params.items()})]


def solve(seed, x, num_layers, features):
    return forge(x, num_layers, features, lie)
