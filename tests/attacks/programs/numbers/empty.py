# /// attack
# tries = "Be right of nothing"
# by = "an array without elements"
# expect = ["WA shape"]
# ///
def solve(x):
    return x[:0]
