# /// attack
# tries = "End the process while the answer is on its way"
# by = "os._exit in a thread that waits for the return"
# expect = ["RTE"]
# shows = ["without an answer"]
# ///
import os
import threading


def solve(x):
    threading.Thread(target=lambda: os._exit(0)).start()
    threading.Event().wait()
