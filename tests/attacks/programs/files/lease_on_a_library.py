# /// attack
# tries = "Be told when another run reads"
# by = "fcntl F_SETLEASE"
# expect = ["RTE"]
# shows = ["Error", "SIGSYS"]
# ///
import fcntl

import numpy


def solve(x):
    with open(numpy.__file__) as file:
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    return x + x
