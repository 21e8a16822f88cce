# /// attack
# tries = "Make the compiler work"
# by = "255 KiB of statements"
# expect = ["WA values"]
# expand = {"STATEMENTS" = ["y = 1\n", 43500]}
# ///
STATEMENTS

def solve(x):
    return x
