# /// attack
# tries = "Name things in another script"
# by = "identifiers that are not ASCII"
# expect = ["AC"]
# ///
def verdoppelt(größe):
    return größe + größe


def solve(x):
    結果 = verdoppelt(x)
    return 結果
