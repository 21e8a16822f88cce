# /// attack
# tries = "Read what other threads hold"
# by = "sys._current_frames"
# expect = ["RTE"]
# shows = ["nothing expected"]
# ///
import sys


def solve(x):
    held = [frame.f_locals for frame in sys._current_frames().values()]
    if any("expected" in names or "reference" in names for names in held):
        return x + x
    raise RuntimeError("nothing expected")
