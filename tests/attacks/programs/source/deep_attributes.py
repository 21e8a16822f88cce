# /// attack
# tries = "Overflow the compiler"
# by = "a chain of 50,000 attributes"
# expect = ["CE", "RTE"]
# expand = {"CHAIN" = [".a", 50000]}
# ///
y = xCHAIN

def solve(x):
    return x
