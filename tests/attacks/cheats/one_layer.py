# /// attack
# tries = "Apply only the layer that counts"
# by = "the last layer alone"
# expect = ["WA trace"]
# problem = "zero-last-layer"
# groups = ["sample"]
# uses = ["zero_last_layer"]
# ///
def solve(seed, x, num_layers, features):
    return right(seed, x, 1, features)
