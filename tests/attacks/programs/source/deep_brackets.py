# /// attack
# tries = "Overflow the parser"
# by = "100,000 opening brackets"
# expect = ["CE"]
# expand = {"BRACKETS" = ["(", 100000]}
# ///
y = BRACKETS

def solve(x):
    return x
