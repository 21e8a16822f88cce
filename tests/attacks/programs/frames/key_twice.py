# /// attack
# tries = "Have one reader see this and another that"
# by = "a header with two outputs"
# expect = ["RTE"]
# uses = ["frames"]
# ///
def solve(x):
    text = answer(b"", [0])[12:]
    send(frame(text[:-1] + b', "output": null}'))
    return x + x
