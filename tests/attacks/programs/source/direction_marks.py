# /// attack
# tries = "Hide code from who reads it"
# by = "marks that turn the direction of text"
# expect = ["WA values"]
# ///
# ‮ x + x nruter ⁦
def solve(x):
    "‮ return x + x ⁩"
    return x
