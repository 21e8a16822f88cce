# /// attack
# tries = "Print too much and be right all the same"
# by = "one large print before the right answer"
# expect = ["OLE"]
# ///
def solve(x):
    print("x" * 100_000)
    return x + x
