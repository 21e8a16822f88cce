# /// attack
# tries = "Leave something for the next run"
# by = "the current folder and the mask of files"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# uses = ["left_behind"]
# ///
import os


def look():
    return os.getcwd() != "/tmp" or os.umask(0o22) == 0o777


def leave():
    os.chdir("/dev")
    os.umask(0o777)
