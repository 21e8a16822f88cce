# /// attack
# tries = "Shift the answers by one"
# by = "an empty answer before the first"
# expect = ["WA values"]
# groups = ["one", "more"]
# uses = ["frames"]
# ///
sent = []


def solve(x):
    if not sent:
        sent.append(True)
        send(answer(bytes(12), [3]))
    return x + x
