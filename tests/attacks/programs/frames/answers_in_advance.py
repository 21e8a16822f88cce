# /// attack
# tries = "Be asked after it has answered"
# by = "ten answers sent before the first case"
# expect = ["WA values"]
# uses = ["frames"]
# ///
send(frame({"loaded": True}) + answer(bytes(12), [3]) * 10)


def solve(x):
    return x + x
