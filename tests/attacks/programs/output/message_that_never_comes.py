# /// attack
# tries = "Hold the judge while it reads the exception"
# by = "__str__ that never returns"
# expect = ["TLE"]
# wall_s = 0.5
# ///
class Refusal(Exception):
    def __str__(self):
        while True:
            pass


def solve(x):
    raise Refusal
