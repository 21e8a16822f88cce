# /// attack
# tries = "Be right by broadcasting"
# by = "an array of one element"
# expect = ["WA shape"]
# ///
def solve(x):
    return (x + x)[:1]
