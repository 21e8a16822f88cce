# /// attack
# tries = "Be right but for the end"
# by = "the last element left out"
# expect = ["WA values"]
# ///
def solve(x):
    return (x + x).at[-1].set(x[-1])
