# /// attack
# tries = "Have the compiler fill the memory"
# by = "nested constant powers and products"
# expect = ["WA values"]
# ///
def never():
    return ("x" * 4096 * 4096 * 4096 * 4096, 2 ** 10_000_000_000, (0,) * 2**60)


def solve(x):
    return x
