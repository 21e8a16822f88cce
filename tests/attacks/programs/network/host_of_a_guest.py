# /// attack
# tries = "Reach the host of a virtual machine"
# by = "AF_VSOCK"
# expect = ["RTE"]
# shows = ["Error", "gaierror", "SIGSYS"]
# ///
import socket

PORT = 0


def solve(x):
    socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)
    return x + x
