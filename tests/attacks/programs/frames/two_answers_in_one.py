# /// attack
# tries = "Be right and have raised"
# by = "output and exception in one header"
# expect = ["RTE"]
# uses = ["frames"]
# ///
def solve(x):
    raised = {"type": "E", "message": "", "traceback": "", "line": None}
    send(answer(bytes(12), [3], raised=raised))
    return x + x
