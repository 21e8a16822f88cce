# /// attack
# tries = "Wait to be called"
# by = "a listening socket"
# expect = ["RTE"]
# shows = ["Error", "gaierror", "SIGSYS"]
# ///
import socket

PORT = 0


def solve(x):
    socket.create_server(("", 0))
    return x + x
