# /// attack
# tries = "Fill the memory before it is asked"
# by = "a global of 4 GiB"
# expect = ["MLE"]
# ///
held = b"x" * (1 << 32)


def solve(x):
    return x
