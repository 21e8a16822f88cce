# /// attack
# tries = "Change a variable of its caller"
# by = "sys.settrace on the frames above"
# expect = ["WA values", "RTE"]
# ///
import sys


def change(frame, event, argument):
    if "header" in frame.f_locals:
        frame.f_locals["header"]["verdict"] = "AC"
    return change


def solve(x):
    frame = sys._getframe(1)
    sys.settrace(change)
    while frame is not None:
        frame.f_trace = change
        frame = frame.f_back
    return x
