# /// attack
# tries = "Leave something for the next run"
# by = "the host's name"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# uses = ["left_behind"]
# ///
import ctypes
import os


def look():
    return os.uname().nodename == "left"


def leave():
    ctypes.CDLL(None).sethostname(b"left", 4)
