# /// attack
# tries = "Recurse"
# by = "500 calls deep"
# expect = ["AC"]
# ///
def down(x, depth):
    return x if depth == 0 else down(x, depth - 1)


def solve(x):
    return down(x + x, 500)
