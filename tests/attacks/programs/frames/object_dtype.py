# /// attack
# tries = "Have pointers read"
# by = "the dtype object"
# expect = ["RTE"]
# uses = ["frames"]
# ///
def solve(x):
    send(answer(bytes(24), [3], dtype="object"))
    return x + x
