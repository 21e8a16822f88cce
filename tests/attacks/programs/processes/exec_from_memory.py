# /// attack
# tries = "Run a program that is no file"
# by = "memfd_create and fexecve"
# expect = ["RTE"]
# shows = ["Error", "SIGSYS"]
# ///
import os
import sys


def solve(x):
    descriptor = os.memfd_create("program")
    with open(sys.executable, "rb") as file:
        os.write(descriptor, file.read(1 << 20))
    os.execve(descriptor, ["program"], {})
