# /// attack
# tries = "Break what writes the report"
# by = "a lone surrogate as the key of a dictionary that is returned"
# expect = ["WA structure"]
# ///
def solve(x):
    return {"\ud800": x + x}
