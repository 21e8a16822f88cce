# /// attack
# tries = "Answer with nothing"
# by = "None"
# expect = ["WA structure"]
# ///
def solve(x):
    return None
