# /// attack
# tries = "Overflow the size of an array"
# by = "a shape whose product is 2^94"
# expect = ["RTE"]
# uses = ["frames"]
# ///
def solve(x):
    send(answer(bytes(12), [2**47, 2**47]))
    return x + x
