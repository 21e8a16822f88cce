# /// attack
# tries = "Be neither right nor wrong"
# by = "a header without an output"
# expect = ["RTE"]
# uses = ["frames"]
# ///
def solve(x):
    send(frame({"trace": TRACE}))
    return x + x
