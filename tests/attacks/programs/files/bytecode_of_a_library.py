# /// attack
# tries = "Change what others run"
# by = "a .pyc written beside a library"
# expect = ["RTE"]
# shows = ["Error", "SIGSYS"]
# ///
import importlib.util
import py_compile

import numpy


def solve(x):
    with open("/tmp/module.py", "w") as file:
        file.write("left = 1")
    target = importlib.util.cache_from_source(numpy.__file__)
    py_compile.compile("/tmp/module.py", cfile=target, doraise=True)
    return x + x
