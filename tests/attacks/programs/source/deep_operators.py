# /// attack
# tries = "Overflow the compiler"
# by = "100,000 minus signs"
# expect = ["CE", "RTE"]
# expand = {"MINUS" = ["-", 100000]}
# ///
y = MINUS1

def solve(x):
    return x
