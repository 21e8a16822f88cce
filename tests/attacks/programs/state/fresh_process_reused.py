# /// attack
# tries = "Know in a fresh process that another one died"
# by = "every trace that a process could leave, after a crash"
# expect = ["RTE"]
# groups = ["one", "more"]
# hides = ["found what was left"]
# ///
import os

MARKS = ("/tmp/mark", "/dev/shm/mark")
if any(os.path.exists(mark) for mark in MARKS):
    print("found what " + "was left")


def solve(x):
    for mark in MARKS:
        try:
            open(mark, "w").close()
        except OSError:
            pass
    os._exit(1)
