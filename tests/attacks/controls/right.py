# /// attack
# tries = "Nothing: the plain answer"
# by = "addition"
# expect = ["AC"]
# groups = ["one", "more"]
# ///
def solve(x):
    return x + x
