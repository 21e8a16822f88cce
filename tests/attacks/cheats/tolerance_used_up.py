# /// attack
# tries = "Be as wrong as may be, and a little more"
# by = "a relative error of one in ten thousand"
# expect = ["WA values"]
# ///
def solve(x):
    return (x + x) * 1.0001
