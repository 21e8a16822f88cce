# /// attack
# tries = "Hold the judge, byte by byte"
# by = "an announced frame that comes slowly"
# expect = ["TLE"]
# wall_s = 0.7
# uses = ["frames"]
# ///
import struct
import time


def solve(x):
    send(struct.pack("!IQ", 100, 1 << 20))
    while True:
        send(b" ")
        time.sleep(0.01)
