# /// attack
# tries = "Hold the judge while it flattens the answer"
# by = "a dict whose keys compare without end"
# expect = ["TLE"]
# wall_s = 0.5
# ///
class Key:
    def __hash__(self):
        return 0

    def __lt__(self, other):
        while True:
            pass


def solve(x):
    return {Key(): x, Key(): x}
