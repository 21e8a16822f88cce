# /// attack
# tries = "Overflow the parser's stack"
# by = "a header nested a million deep"
# expect = ["RTE"]
# uses = ["frames"]
# ///
def solve(x):
    send(frame(b"[" * 1_000_000))
    return x + x
