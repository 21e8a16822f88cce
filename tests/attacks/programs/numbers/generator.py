# /// attack
# tries = "Answer later"
# by = "a generator"
# expect = ["WA structure"]
# ///
def solve(x):
    yield x + x
