# /// attack
# tries = "Send the problem out, in pings"
# by = "ICMP"
# expect = ["RTE"]
# shows = ["Error", "gaierror", "SIGSYS"]
# ///
import socket

PORT = 0


def solve(x):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP).sendto(b"out", ("127.0.0.1", 0))
    return x + x
