# /// attack
# tries = "Change what others import"
# by = "numpy's own file opened for writing, made writable first"
# expect = ["RTE"]
# shows = ["Read-only file system", "Permission denied", "SIGSYS"]
# ///
import os

import numpy


def solve(x):
    try:
        os.chmod(numpy.__file__, 0o666)
    except OSError:
        pass
    with open(numpy.__file__, "a") as file:
        file.write("import os")
    return x + x
