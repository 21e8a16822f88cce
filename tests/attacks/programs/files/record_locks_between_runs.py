# /// attack
# tries = "Tell a run at the same time something"
# by = "a record lock (POSIX, then of an open file) on a file of the library"
# expect = ["RTE"]
# shows = ["both refused"]
# ///
import fcntl
import struct

import numpy

F_OFD_SETLK = 37
READ = struct.pack("hhllhh", fcntl.F_RDLCK, 0, 0, 0, 0, 0)


def solve(x):
    refused = 0
    with open(numpy.__file__) as file:
        for operation in (fcntl.F_SETLK, F_OFD_SETLK):
            try:
                fcntl.fcntl(file, operation, READ)
            except PermissionError:
                refused += 1
    if refused == 2:
        raise RuntimeError("both refused")
    return x + x
