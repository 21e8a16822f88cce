# /// attack
# tries = "Have the judge parse 4 GiB"
# by = "a header of 2^32 - 1 bytes announced"
# expect = ["RTE"]
# uses = ["frames"]
# ///
import struct


def solve(x):
    send(struct.pack("!IQ", 2**32 - 1, 0))
    return x + x
