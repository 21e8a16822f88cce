# /// attack
# tries = "Change what is written"
# by = "os.write, socket.sendall and print replaced"
# expect = ["WA values", "RTE", "TLE"]
# wall_s = 1.0
# ///
import builtins
import os
import socket

os.write = lambda descriptor, data: len(data)
builtins.print = lambda *_, **__: None
try:
    socket.socket.sendall = lambda self, data: None
except TypeError:
    pass


def solve(x):
    return x
