# /// attack
# tries = "Hold the judge after the answer"
# by = "a loop in atexit"
# expect = ["WA values"]
# ///
import atexit


@atexit.register
def spin():
    while True:
        pass


def solve(x):
    return x
