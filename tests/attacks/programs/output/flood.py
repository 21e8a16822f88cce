# /// attack
# tries = "Fill the judge with text"
# by = "print without end"
# expect = ["OLE"]
# ///
def solve(x):
    while True:
        print("x" * 1000)
