# /// attack
# tries = "Hold the judge before it asks"
# by = "a loop at import"
# expect = ["TLE"]
# wall_s = 0.5
# ///
while True:
    pass
