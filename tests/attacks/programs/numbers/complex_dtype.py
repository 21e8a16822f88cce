# /// attack
# tries = "Hide a part"
# by = "complex numbers with the right real part"
# expect = ["WA dtype"]
# ///
def solve(x):
    return (x + x) + 1e6j
