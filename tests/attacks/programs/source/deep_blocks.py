# /// attack
# tries = "Overflow the compiler"
# by = "blocks in blocks, far more than there may be"
# expect = ["CE"]
# expand = {"CLAUSES" = ["[y for y in ", 300]}
# ///
def solve(x):
    return [CLAUSES]
