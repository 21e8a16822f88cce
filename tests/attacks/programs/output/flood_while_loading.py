# /// attack
# tries = "Print too much before it is asked anything"
# by = "print at import"
# expect = ["OLE"]
# ///
while True:
    print("x" * 1000)
