# /// attack
# tries = "Be true"
# by = "booleans"
# expect = ["WA dtype"]
# ///
def solve(x):
    return x + x == x + x
