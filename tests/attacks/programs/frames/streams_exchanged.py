# /// attack
# tries = "Have text read as frames"
# by = "the channel and stdout exchanged"
# expect = ["RTE", "TLE"]
# wall_s = 1.0
# uses = ["frames"]
# ///
import os


def solve(x):
    channel = next(filter(is_socket, range(3, 256)))
    kept = os.dup(1)
    os.dup2(channel, 1)
    os.dup2(kept, channel)
    print("VERDICT: AC " * 100, flush=True)
    return x + x
