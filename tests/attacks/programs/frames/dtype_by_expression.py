# /// attack
# tries = "Have a dtype evaluated"
# by = "a dtype that is a structure, by text"
# expect = ["RTE"]
# uses = ["frames"]
# ///
def solve(x):
    send(answer(bytes(12), [3], dtype="f4,O"))
    return x + x
