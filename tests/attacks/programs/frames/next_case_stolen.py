# /// attack
# tries = "See the next case before this one is answered"
# by = "a look into the channel"
# expect = ["RTE"]
# groups = ["one", "more"]
# shows = ["nothing there yet"]
# uses = ["frames"]
# ///
import os
import socket


def solve(x):
    channel = socket.socket(fileno=os.dup(next(filter(is_socket, range(3, 256)))))
    try:
        channel.recv(1 << 20, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        raise RuntimeError("nothing there yet") from None
    return x + x
