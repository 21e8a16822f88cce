# /// attack
# tries = "Read the reference in a core file"
# by = "a crash in the first case, a search in the second"
# expect = ["RTE"]
# groups = ["one", "more"]
# shows = ["SIGSEGV"]
# ///
import ctypes
import os

FOUND = [n for f in ("/tmp", "/dev/shm") for n in os.listdir(f) if n.startswith("core")]


def solve(x):
    if FOUND:
        return x + x
    ctypes.string_at(0)
