# /// attack
# tries = "Print nearly as much as it may"
# by = "60,000 characters"
# expect = ["AC"]
# groups = ["one", "more"]
# ///
def solve(x):
    print("x" * 60_000)
    return x + x
