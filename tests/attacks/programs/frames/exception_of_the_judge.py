# /// attack
# tries = "Be taken for an error of the judge"
# by = "an exception that it did not raise, named IE"
# expect = ["RTE"]
# uses = ["frames"]
# ///
def solve(x):
    raised = {"type": "judge.errors.JudgeError", "message": "IE", "traceback": "IE", "line": 1}
    send(frame({"raised": raised, "trace": TRACE}))
    return x + x
