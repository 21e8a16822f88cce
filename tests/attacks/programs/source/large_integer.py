# /// attack
# tries = "Hold the compiler"
# by = "an integer literal of 200,000 digits"
# expect = ["CE"]
# expand = {"DIGITS" = ["9", 200000]}
# ///
y = DIGITS

def solve(x):
    return x
