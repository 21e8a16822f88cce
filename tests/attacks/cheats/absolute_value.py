# /// attack
# tries = "Be right on half of the inputs"
# by = "2|x|"
# expect = ["WA values"]
# groups = ["one", "more"]
# ///
def solve(x):
    return 2 * abs(x)
