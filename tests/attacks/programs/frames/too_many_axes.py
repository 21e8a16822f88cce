# /// attack
# tries = "Break the array"
# by = "65 axes"
# expect = ["RTE"]
# uses = ["frames"]
# ///
def solve(x):
    send(answer(bytes(4), [1] * 65))
    return x + x
