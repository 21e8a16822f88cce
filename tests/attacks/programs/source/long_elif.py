# /// attack
# tries = "Overflow the compiler"
# by = "20,000 branches of one statement"
# expect = ["CE", "RTE", "WA values"]
# expand = {"ELIF" = ["elif 0: pass\n", 15000]}
# ///
if 0: pass
ELIF

def solve(x):
    return x
