# /// attack
# tries = "Send the problem out, in names"
# by = "getaddrinfo"
# expect = ["RTE"]
# shows = ["Error", "gaierror", "SIGSYS"]
# ///
import socket

PORT = 0


def solve(x):
    socket.getaddrinfo("localhost.example", 80)
    return x + x
