# /// attack
# tries = "Have the judge wait for a body"
# by = "16 MiB announced with no header, and never sent"
# expect = ["RTE"]
# uses = ["frames"]
# ///
import struct
import time


def solve(x):
    send(struct.pack("!IQ", 0, 16 << 20))
    time.sleep(1000)
