"""Takes memory without end, 16 MiB at a time, and writes to all of it."""

STEP = 16 * 1024 * 1024


def solve(seed, x, num_layers, features):
    blocks = []
    while True:
        blocks.append(bytearray(b"\x01") * STEP)
