# /// attack
# tries = "Hold the judge"
# by = "a loop in Python"
# expect = ["TLE"]
# wall_s = 0.5
# ///
def solve(x):
    while True:
        pass
