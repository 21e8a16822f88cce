# /// attack
# tries = "Leave something for the next run"
# by = "the environment"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# ///
import os

SEEN = "found what " + "was left"


def look():
    return "LEFT" in os.environ


def leave():
    os.environ["LEFT"] = "1"
    os.putenv("LEFT", "1")


def solve(x):
    try:
        found = look()
    except Exception:
        found = False
    if found:
        print(SEEN)
        return x + x
    try:
        leave()
    except Exception as error:
        print(f"could not leave it: {error}")
    return x
