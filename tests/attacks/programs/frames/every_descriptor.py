# /// attack
# tries = "Have an answer of its own read"
# by = "a frame written to every descriptor, at import"
# expect = ["WA values", "RTE"]
# shows = ["trace", "values", "protocol"]
# uses = ["frames"]
# ///
import os

for number in range(256):
    try:
        os.set_blocking(number, False)
        os.write(number, frame({"loaded": True}) + answer(bytes(12), [3]))
    except OSError:
        pass


def solve(x):
    return x + x
