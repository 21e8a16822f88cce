# /// attack
# tries = "Hold the judge at its end"
# by = "a loop in __del__ of a module's object"
# expect = ["WA values"]
# ///
class Held:
    def __del__(self):
        while True:
            pass


held = Held()


def solve(x):
    return x
