# /// attack
# tries = "Be taken for not loaded"
# by = "an answer to a request that was not made"
# expect = ["RTE"]
# uses = ["frames"]
# ///
def solve(x):
    send(frame({"failed": {"kind": "entry", "message": "later"}}))
    return x + x
