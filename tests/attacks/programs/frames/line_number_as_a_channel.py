# /// attack
# tries = "Carry inputs out by a line number"
# by = "an exception at line 2^60"
# expect = ["RTE"]
# hides = ["1152921504606846976"]
# uses = ["frames"]
# ///
def solve(x):
    raised = {"type": "E", "message": "", "traceback": "", "line": 2**60}
    send(frame({"raised": raised, "trace": TRACE}))
    return x + x
