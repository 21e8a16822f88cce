# /// attack
# tries = "Ask the kernel about the network"
# by = "AF_NETLINK"
# expect = ["RTE"]
# shows = ["Error", "gaierror", "SIGSYS"]
# ///
import socket

PORT = 0


def solve(x):
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    return x + x
