# /// attack
# tries = "Send the problem out, in names"
# by = "DNS, by a resolver of its own"
# expect = ["RTE"]
# shows = ["Error", "gaierror", "SIGSYS"]
# ///
import socket

PORT = 0


def solve(x):
    caller = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    caller.sendto(b"\0\0\1\0\0\1\0\0\0\0\0\0\3out\0\0\1\0\1", ("127.0.0.1", PORT))
    return x + x
