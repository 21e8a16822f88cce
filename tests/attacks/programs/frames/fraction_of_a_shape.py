# /// attack
# tries = "Break the array"
# by = "a shape of 3.0 and true"
# expect = ["RTE"]
# uses = ["frames"]
# ///
def solve(x):
    send(answer(bytes(12), [3.0, True]))
    return x + x
