# /// attack
# tries = "Read what its callers hold"
# by = "sys._getframe, every local and global"
# expect = ["RTE"]
# shows = ["nothing among"]
# ///
import sys

WORDS = ("expected", "reference", "rtol", "atol", "tolerance", "plan_seed", "verdict")


def solve(x):
    frame, names = sys._getframe(1), set()
    while frame is not None:
        names |= set(frame.f_locals) | set(frame.f_globals)
        frame = frame.f_back
    found = [name for name in names if name.lower() in WORDS]
    if found:
        return x + x
    raise RuntimeError(f"nothing among {len(names)} names")
