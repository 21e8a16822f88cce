# /// attack
# tries = "Read everybody's packets"
# by = "AF_PACKET"
# expect = ["RTE"]
# shows = ["Error", "gaierror", "SIGSYS"]
# ///
import socket

PORT = 0


def solve(x):
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    return x + x
