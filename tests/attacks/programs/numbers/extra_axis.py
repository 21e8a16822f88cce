# /// attack
# tries = "Be right by broadcasting"
# by = "a column for a row"
# expect = ["WA shape"]
# ///
def solve(x):
    return (x + x)[:, None]
