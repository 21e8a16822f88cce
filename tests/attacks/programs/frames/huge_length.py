# /// attack
# tries = "Have the judge reserve memory"
# by = "a frame of 2^63 bytes announced"
# expect = ["RTE"]
# uses = ["frames"]
# ///
import struct


def solve(x):
    send(struct.pack("!IQ", 100, 2**63))
    return x + x
