# /// attack
# tries = "Be judged by another function"
# by = "a function by another case"
# expect = ["CE"]
# ///
def Solve(x):
    return x + x
