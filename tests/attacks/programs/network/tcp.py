# /// attack
# tries = "Send the problem out"
# by = "TCP over IPv4"
# expect = ["RTE"]
# shows = ["Error", "gaierror", "SIGSYS"]
# ///
import socket

PORT = 0


def solve(x):
    socket.create_connection(("127.0.0.1", PORT), timeout=1).sendall(b"out")
    return x + x
