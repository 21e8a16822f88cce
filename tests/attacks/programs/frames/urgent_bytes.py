# /// attack
# tries = "Send past the order of the channel"
# by = "out-of-band data"
# expect = ["RTE", "WA values", "TLE"]
# wall_s = 1.0
# uses = ["frames"]
# ///
import os
import socket


def solve(x):
    channel = socket.socket(fileno=os.dup(next(filter(is_socket, range(3, 256)))))
    channel.send(b"!", socket.MSG_OOB)
    return x
