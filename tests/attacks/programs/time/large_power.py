# /// attack
# tries = "Hold the judge in one operation"
# by = "3 to the power of 3^30"
# expect = ["TLE"]
# wall_s = 0.5
# ///
def solve(x):
    return 3 ** 3**30
