# /// attack
# tries = "Have the judge wait for nobody"
# by = "shutdown of the channel, then asleep"
# expect = ["RTE", "TLE"]
# wall_s = 1.0
# uses = ["frames"]
# ///
import socket
import time


def solve(x):
    for number in filter(is_socket, range(256)):
        socket.socket(fileno=number).shutdown(socket.SHUT_RDWR)
    time.sleep(1000)
