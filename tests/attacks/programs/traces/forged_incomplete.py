# /// attack
# tries = "Have nothing compared"
# by = "a forged answer with a trace of its own"
# expect = ["WA trace"]
# problem = "zero-last-layer"
# groups = ["sample"]
# uses = ["frames", "forged_trace"]
# ///
def solve(seed, x, num_layers, features):
    return forge(x, num_layers, features, complete=False)
