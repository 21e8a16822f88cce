# /// attack
# tries = "Have the runner say what it knows"
# by = "the programs and the request in the frames of runner.serve"
# expect = ["RTE"]
# shows = ["asked ["]
# hides = ["plan_seed\\\\", "rtol\\\\"]
# ///
import sys


def solve(x):
    frame, programs, requests = sys._getframe(1), {}, []
    while frame is not None:
        programs |= frame.f_locals.get("programs", {})
        requests.append(frame.f_locals.get("request"))
        frame = frame.f_back
    others = set(programs) - {"submission"}
    if others:
        return x + x
    raise RuntimeError(f"asked {[r for r in requests if r]}")
