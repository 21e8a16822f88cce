# /// attack
# tries = "Change the answer while it is read"
# by = "a thread that writes into the buffer"
# expect = ["WA values", "RTE"]
# ///
import threading

import numpy as np

answer = np.zeros(3, np.float32)


def change():
    while True:
        answer[:] = np.random.normal(size=3)


def solve(x):
    threading.Thread(target=change, daemon=True).start()
    return answer
