# /// attack
# tries = "Be right by broadcasting"
# by = "one number for three"
# expect = ["WA shape"]
# ///
def solve(x):
    return 1.0
