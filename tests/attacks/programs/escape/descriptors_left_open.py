# /// attack
# tries = "Use what was left open"
# by = "fstat on every descriptor: only the streams and the channel"
# expect = ["RTE"]
# shows = ["nothing left open"]
# ///
import os
import stat


def solve(x):
    found = []
    for number in range(3, 256):
        try:
            mode = os.fstat(number).st_mode
        except OSError:
            continue
        if stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISBLK(mode) or stat.S_ISFIFO(mode):
            found.append(number)
    if found:
        return x + x
    raise RuntimeError("nothing left open")
