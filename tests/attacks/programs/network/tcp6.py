# /// attack
# tries = "Send the problem out"
# by = "TCP over IPv6, to the mapped address"
# expect = ["RTE"]
# shows = ["Error", "gaierror", "SIGSYS"]
# ///
import socket

PORT = 0


def solve(x):
    caller = socket.socket(socket.AF_INET6)
    caller.settimeout(1)
    caller.connect(("::ffff:127.0.0.1", PORT))
    return x + x
