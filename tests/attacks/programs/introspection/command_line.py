# /// attack
# tries = "Read how it was started"
# by = "sys.orig_argv and sys.path"
# expect = ["RTE"]
# shows = ["started as"]
# hides = ["/work", "/home", "/root"]
# ///
import sys


def solve(x):
    raise RuntimeError(f"started as {sys.orig_argv} with {sys.path}")
