# /// attack
# tries = "Save the file as some editors do"
# by = "a byte order mark"
# expect = ["AC"]
# encoding = "utf-8-sig"
# ///
def solve(x):
    return x + x
