# /// attack
# tries = "Return the right answer and others"
# by = "a tuple of guesses"
# expect = ["WA structure"]
# ///
def solve(x):
    return (x + x, x, x * 3)
