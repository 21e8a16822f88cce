# /// attack
# tries = "Take all memory"
# by = "bytearrays that are kept"
# expect = ["MLE"]
# ///
def solve(x):
    kept = []
    while True:
        kept.append(bytearray(b"x" * (1 << 24)))
