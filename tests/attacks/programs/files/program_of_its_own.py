# /// attack
# tries = "Run a program written here"
# by = "a file made executable in /tmp, mapped to be run"
# expect = ["RTE"]
# shows = ["Error", "SIGSYS"]
# ///
import ctypes
import os
import shutil


def solve(x):
    library = next(p for p in os.listdir("/runtime/python/lib") if ".so" in p)
    shutil.copy(f"/runtime/python/lib/{library}", "/tmp/library.so")
    os.chmod("/tmp/library.so", 0o755)
    ctypes.CDLL("/tmp/library.so")
    return x + x
