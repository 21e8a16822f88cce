# /// attack
# tries = "Hold the judge after the answer"
# by = "a loop in __del__ of what was returned"
# expect = ["WA structure", "TLE"]
# wall_s = 0.5
# ///
class Answer:
    def __del__(self):
        while True:
            pass


def solve(x):
    return Answer()
