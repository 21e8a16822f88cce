# /// attack
# tries = "Reach code of the kernel by a socket"
# by = "AF_ALG"
# expect = ["RTE"]
# shows = ["Error", "gaierror", "SIGSYS"]
# ///
import socket

PORT = 0


def solve(x):
    socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)
    return x + x
