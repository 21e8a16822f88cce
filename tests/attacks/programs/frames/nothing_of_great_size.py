# /// attack
# tries = "Have a huge array made of nothing"
# by = "a shape of 0 by 2^47 by 2^47"
# expect = ["RTE", "WA shape"]
# uses = ["frames"]
# ///
def solve(x):
    send(answer(b"", [0, 2**47, 2**47]))
    return x + x
