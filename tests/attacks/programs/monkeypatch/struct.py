# /// attack
# tries = "Have lengths lie"
# by = "struct.Struct.pack replaced in the frame writer"
# expect = ["RTE", "TLE"]
# wall_s = 1.0
# ///
import sys


class Lengths:
    size = 12

    def pack(self, *_):
        return b"\xff" * 12

    def unpack(self, data):
        return 0, 0


def solve(x):
    frames = next(m for n, m in list(sys.modules.items()) if n.endswith("runner.frames"))
    frames._LENGTHS = Lengths()
    return x + x
