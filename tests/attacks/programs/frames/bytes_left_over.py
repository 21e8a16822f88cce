# /// attack
# tries = "Hide something behind the answer"
# by = "more bytes than the arrays hold"
# expect = ["RTE"]
# uses = ["frames"]
# ///
def solve(x):
    send(answer(bytes(16), [3]))
    return x + x
