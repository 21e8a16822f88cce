# /// attack
# tries = "Be two answers with one array"
# by = "leaves that share memory with the input"
# expect = ["WA structure"]
# ///
def solve(x):
    return (x, x)
