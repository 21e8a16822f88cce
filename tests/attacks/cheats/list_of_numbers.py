# /// attack
# tries = "Have the right values in another shape of thing"
# by = "a list of Python numbers"
# expect = ["WA structure"]
# ///
def solve(x):
    return [float(v) * 2 for v in x]
