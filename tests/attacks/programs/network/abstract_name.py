# /// attack
# tries = "Reach a service of the host without a path"
# by = "an abstract Unix socket"
# expect = ["RTE"]
# shows = ["Error", "gaierror", "SIGSYS"]
# ///
import socket

PORT = 0


def solve(x):
    socket.socket(socket.AF_UNIX).connect(f"\0jurax-{PORT}")
    return x + x
