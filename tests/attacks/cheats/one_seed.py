# /// attack
# tries = "Draw the parameters from a seed of its own"
# by = "seed 0 for every case"
# expect = ["WA trace"]
# problem = "zero-last-layer"
# groups = ["sample"]
# uses = ["zero_last_layer"]
# ///
def solve(seed, x, num_layers, features):
    return right(0, x, num_layers, features)
