# /// attack
# tries = "Turn the judge's own channel elsewhere"
# by = "connect and sendto on descriptors that are open"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS", "channel", "protocol"]
# ///
import os
import socket

PORT = 0


def solve(x):
    for number in range(64):
        try:
            channel = socket.socket(fileno=os.dup(number))
            channel.sendto(b"out", f"\0jurax-{PORT}")
        except OSError:
            continue
        return x + x
    raise RuntimeError("refused")
