# /// attack
# tries = "Fill the judge's memory"
# by = "a right dtype, 30 MB case after case"
# expect = ["WA shape"]
# groups = ["one", "more"]
# uses = ["frames"]
# ///
BODY = bytes(30_000_000)


def solve(x):
    send(answer(BODY, [7_500_000]))
    return x + x
