# /// attack
# tries = "Hide code from who reads it"
# by = "line ends of every sort"
# expect = ["WA values"]
# ///
y = 1z = 2

def solve(x):
    return x
