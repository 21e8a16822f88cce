# /// attack
# tries = "Say its own verdict"
# by = "fields that the protocol does not have"
# expect = ["RTE"]
# uses = ["frames"]
# ///
def solve(x):
    send(answer(bytes(12), [3], verdict="AC", score=1.0))
    return x + x
