# /// attack
# tries = "Have memory of the judge read"
# by = "fewer bytes than the arrays hold"
# expect = ["RTE"]
# uses = ["frames"]
# ///
def solve(x):
    send(answer(bytes(8), [3]))
    return x + x
