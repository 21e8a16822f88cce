# /// attack
# tries = "Leave a thread waiting"
# by = "a daemon thread"
# expect = ["AC"]
# groups = ["one", "more"]
# ///
import threading


def solve(x):
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    return x + x
