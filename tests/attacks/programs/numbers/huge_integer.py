# /// attack
# tries = "Break the encoder"
# by = "an integer of 100,000 digits"
# expect = ["WA structure"]
# ///
def solve(x):
    return 10 ** 100_000
