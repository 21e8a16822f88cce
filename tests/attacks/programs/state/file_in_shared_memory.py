# /// attack
# tries = "Leave something for the next run"
# by = "/dev/shm"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# uses = ["left_behind"]
# ///
import os


def look():
    return os.path.exists("/dev/shm/left")


def leave():
    open("/dev/shm/left", "w").close()
