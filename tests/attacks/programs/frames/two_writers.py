# /// attack
# tries = "Garble the frames"
# by = "a thread that writes while the runner does"
# expect = ["RTE", "WA values"]
# uses = ["frames"]
# ///
import threading


def write():
    while True:
        send(b"\0")


def solve(x):
    threading.Thread(target=write, daemon=True).start()
    return x + x
