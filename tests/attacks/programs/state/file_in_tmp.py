# /// attack
# tries = "Leave something for the next run"
# by = "/tmp"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# uses = ["left_behind"]
# ///
import os


def look():
    return os.path.exists("/tmp/left")


def leave():
    open("/tmp/left", "w").close()
