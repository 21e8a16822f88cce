# /// attack
# tries = "Leave something for the next run"
# by = "the environment"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# uses = ["left_behind"]
# ///
import os


def look():
    return "LEFT" in os.environ


def leave():
    os.environ["LEFT"] = "1"
    os.putenv("LEFT", "1")
