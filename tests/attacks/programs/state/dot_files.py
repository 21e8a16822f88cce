# /// attack
# tries = "Leave something for the next run"
# by = "files that libraries read at start"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# uses = ["left_behind"]
# ///
import os


def look():
    return any(os.path.exists(f"/tmp/{n}") for n in (".pythonrc", "usercustomize.py", "numpy.py"))


def leave():
    for name in (".pythonrc", "usercustomize.py", "sitecustomize.py", "numpy.py"):
        open(f"/tmp/{name}", "w").write("raise SystemExit")
