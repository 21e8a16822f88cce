# /// attack
# tries = "Fill the judge with frames"
# by = "answers without end"
# expect = ["WA values"]
# uses = ["frames"]
# ///
def solve(x):
    while True:
        send(answer(bytes(12), [3]) * 100)
