# /// attack
# tries = "Leave something for the next run"
# by = "files that libraries read at start"
# expect = ["WA values"]
# runs = 2
# hides = ["found what was left"]
# ///
import os

SEEN = "found what " + "was left"


def look():
    return any(os.path.exists(f"/tmp/{n}") for n in (".pythonrc", "usercustomize.py", "numpy.py"))


def leave():
    for name in (".pythonrc", "usercustomize.py", "sitecustomize.py", "numpy.py"):
        open(f"/tmp/{name}", "w").write("raise SystemExit")


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
