# /// attack
# tries = "Cut the source where nobody looks"
# by = "a null byte"
# expect = ["CE"]
# expand = {"NULL" = ["\u0000", 1]}
# ///
y = "NULL"

def solve(x):
    return x
