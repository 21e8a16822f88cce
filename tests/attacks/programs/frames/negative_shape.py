# /// attack
# tries = "Read before the frame"
# by = "a shape of -3"
# expect = ["RTE"]
# uses = ["frames"]
# ///
def solve(x):
    send(answer(bytes(12), [-3]))
    return x + x
